package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.source.TimeWaitCurve;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.server.ServerBooks;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many sockets each side should have in TIME_WAIT, tick by tick, told from the connections alone: how many were closed
 * when, which side sent the first FIN, and how many ended by an RST instead. The kernel's own count of TIME_WAIT is not asked,
 * so that the two can be compared. Owned by one thread, which passes the ticks in order.
 */
public final class TimeWaitPrediction {

    /** Each tells of connections that a close() ended with an RST, so that no TIME_WAIT follows (net/ipv4/tcp.c). */
    private static final List<String> ABORTS =
            List.of("TcpExtTCPAbortOnData", "TcpExtTCPAbortOnClose", "TcpExtTCPAbortOnLinger");

    private final PortForecast forecast;
    private final boolean twoNamespaces;
    private final boolean ownNamespaces;
    private final Map<Side, TimeWaitCurve> curves = new EnumMap<>(Side.class);
    private final Map<Side, Double> before = new EnumMap<>(Side.class);
    private long beganNs;
    private long beforeNs;
    private long abortsBefore;
    private boolean begun;

    /** Before the first tick of a run of this plan. */
    public TimeWaitPrediction(RunPlan plan) {
        forecast = plan.forecast();
        twoNamespaces = plan.serverNamespace() != null;
        ownNamespaces = plan.clientNamespace() != null;
        for (Side side : Side.values()) {
            curves.put(side, new TimeWaitCurve(forecast.life()));
            before.put(side, 0.0);
        }
    }

    /**
     * Takes a tick, the baseline first.
     *
     * @param startAtNs when the first connection was due
     * @return sockets in TIME_WAIT expected at this tick, by side
     */
    public Map<Side, Long> after(IntervalPair pair, long startAtNs) {
        if (pair.load() == null || pair.load().load() == null) {
            return Map.of();
        }
        return advance(pair.load().atNs(), startAtNs, closed(pair.load().load()), books(pair), aborts(pair));
    }

    /** As {@link #after}, for the walk that ends the drain, to which the load's last report belongs. */
    Map<Side, Long> afterDrain(RunRecord record) {
        IntervalPair last = record.last();
        LoadReport report = record.lastLoad();
        if (last.load() == null || report == null) {
            return Map.of();
        }
        return advance(last.load().atNs(), record.timeline().ticks().startAtNs(), closed(report), books(last), aborts(last));
    }

    private static Ledger closed(LoadReport report) {
        return report.ledger(Phase.WARMUP).plus(report.ledger(Phase.MEASURE));
    }

    private static @Nullable ServerBooks books(IntervalPair pair) {
        return pair.target() == null ? null : pair.target().books();
    }

    /** On a shared network others abort connections too, so there only the plan tells. */
    private long aborts(IntervalPair pair) {
        long aborts = 0;
        for (Side side : ownNamespaces ? twoNamespaces ? List.of(Side.values()) : List.of(Side.CLIENT) : List.<Side>of()) {
            for (String counter : ABORTS) {
                aborts += pair.counters(side).get(counter);
            }
        }
        return aborts;
    }

    private Map<Side, Long> advance(long atNs, long startAtNs, Ledger ledger, @Nullable ServerBooks books, long aborts) {
        if (!begun) {
            begun = true;
            beganNs = Math.max(atNs, startAtNs);
            beforeNs = beganNs;
            abortsBefore = aborts;
        }
        Map<Side, Double> left = left(ledger, books, aborts - abortsBefore);
        Map<Side, Long> expected = new EnumMap<>(Side.class);
        double seconds = Math.max(1e-3, (atNs - beganNs) / 1e9);
        for (Side side : Side.values()) {
            double now = left.getOrDefault(side, 0.0);
            TimeWaitCurve curve = curves.get(side);
            if (curve != null) {
                curve.add(Math.min(beforeNs, atNs - 1), atNs, now - before.getOrDefault(side, 0.0));
                expected.put(side, Math.round(forecast.inTimeWait(side, curve.at(atNs), now / seconds)));
            }
            before.put(side, now);
        }
        beforeNs = Math.max(beforeNs, atNs);
        return expected;
    }

    /**
     * Connections that left a TIME_WAIT at each side so far: both FINs were exchanged, and that side's was the first. A target
     * of ours also tells how many of the client's FINs it has answered with its own.
     */
    private Map<Side, Double> left(Ledger ledger, @Nullable ServerBooks books, long aborts) {
        long closed = ledger.of(CloseOutcome.CLOSED);
        long begunToClose = ledger.clientFirst() + ledger.serverFirst();
        if (!forecast.leavesTimeWait() || closed == 0 || begunToClose == 0) {
            return Map.of();
        }
        long abortedOtherwise = ledger.of(CloseOutcome.RESET_BY_PEER) + ledger.of(CloseOutcome.CLOSE_TIMED_OUT)
                + ledger.of(CloseOutcome.EXCHANGE_FAILED);
        double byFin = Math.clamp(1 - (double) (aborts - abortedOtherwise) / closed, 0, 1);
        double client = (double) closed * ledger.clientFirst() / begunToClose;
        double server = (double) closed * ledger.serverFirst() / begunToClose;
        if (books != null) {
            client = Math.min(client, Math.max(0, books.closedAfterClient() + books.closedFirst() - server));
        }
        return new EnumMap<>(Map.of(Side.CLIENT, client * byFin, Side.SERVER, server * byFin));
    }
}
