package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.worker.Ticks;
import dev.netchurn.server.ServerBooks;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Makes a {@link RunResult} of what a run left. Pure: reads no clock and no file. */
final class ResultAssembly {

    private final RunRecord record;
    private final RunTimeline timeline;
    private final Ticks ticks;
    private final Ledger measured;
    private final RateFigures rate;
    private final Books books;

    ResultAssembly(RunRecord record) {
        this.record = record;
        timeline = record.timeline();
        ticks = timeline.ticks();
        measured = record.ledger(Phase.MEASURE);
        rate = RateFigures.of(record);
        books = Books.of(record);
    }

    /** The result, judged, without its assertions. */
    RunResult assemble(RunStamp stamp, RunResult.Environment environment, double stealFraction) {
        IntervalAssembly.Told told = IntervalAssembly.of(record);
        CensusSummary census = census();
        Map<String, Map<String, Long>> counters = counters();
        Verdict verdict = new VerdictChecks(record, books, rate, stealFraction).judge();
        RunResult result = new RunResult(RunResult.SCHEMA_VERSION, stamp.id(), stamp.startedAt().toString(),
                record.plan().request().name(),
                verdict,
                record.plan().request().config(), environment,
                LedgerSummary.of(measured, timeline.inFlightMean(), timeline.inFlightMax()),
                new RunResult.Books(books.established(), books.activeOpens(), books.passiveOpens(), books.accepted(),
                        books.queued(), books.agree(), books.differences(), record.books()),
                activeCloser(), new RunResult.Rate(rate.offeredPerSecond(), rate.achievedPerSecond(), rate.closesPerSecond()),
                latencies(), ClosersSummary.of(record, rate.seconds()), synRetransmits(), census, listenQueue(), counters,
                cpu(stealFraction),
                new RunResult.Observer(ObserverCost.perIntervalNs(record), droppedToCounts()),
                Explanations.of(census, counters, timeline.inFlightMax()),
                Predictions.of(record, told, census.server() != null, rate.closesPerSecond()), List.of(), told.intervals(),
                List.of());
        return result.withNotes(Misconceptions.in(result, record.plan().request().environment().sysctls()));
    }

    private Map<String, LatencySummary> latencies() {
        Map<LatencyKind, Histogram> totals = timeline.totals(Phase.MEASURE);
        Map<String, LatencySummary> summaries = new LinkedHashMap<>();
        for (LatencyKind kind : LatencyKind.values()) {
            Histogram histogram = totals.get(kind);
            if (kind != LatencyKind.CLOSER_QUEUE && histogram != null && histogram.getTotalCount() > 0) {
                summaries.put(kind.text(), kind.ranksOverScheduled()
                        ? LatencySummary.of(histogram, measured.scheduled())
                        : LatencySummary.of(histogram));
            }
        }
        return summaries;
    }

    private @Nullable Map<String, Long> synRetransmits() {
        if (measured.synRetransmits().isEmpty()) {
            return null;
        }
        Map<String, Long> byRepeats = new LinkedHashMap<>();
        new TreeMap<>(measured.synRetransmits()).forEach((repeats, count) -> byRepeats.put(String.valueOf(repeats), count));
        return byRepeats;
    }

    /**
     * Told from both ends over the whole run: a client that began to close without having seen the server's FIN, and a
     * server that closed without having seen the client's. Where the two add up to more than there were connections, both
     * ends of the surplus closed without knowing of the other. Of a server program only its kernel tells: the end that sends
     * the first FIN holds TIME_WAIT, and both do when neither knew (RFC 9293, section 3.6).
     */
    private RunResult.@Nullable ActiveCloser activeCloser() {
        Ledger warm = record.ledger(Phase.WARMUP);
        long clientFirst = measured.clientFirst() + warm.clientFirst();
        long serverFirst = measured.serverFirst() + warm.serverFirst();
        Long atServer = closedFirstAtServer(serverFirst);
        if (atServer == null || books.agree() == null || !books.agree()) {
            return new RunResult.ActiveCloser(clientFirst, serverFirst, 0);
        }
        long both = Math.clamp(clientFirst + atServer - books.established(), 0, Math.min(clientFirst, atServer));
        return new RunResult.ActiveCloser(clientFirst - both, atServer - both, both);
    }

    private @Nullable Long closedFirstAtServer(long seenByClient) {
        ServerBooks target = record.books();
        if (target != null) {
            return target.closedFirst();
        }
        boolean alone = record.plan().program() != null
                && record.plan().request().environment().topology() == Topology.VETH;
        return alone ? Long.valueOf(Math.max(seenByClient, record.countersSince(0, Side.SERVER).get("TcpExtTW"))) : null;
    }

    private CensusSummary census() {
        Topology topology = record.plan().request().environment().topology();
        boolean serverSeen =
                record.plan().request().readsTwoNamespaces() || topology == Topology.LOOPBACK
                        || !timeline.peaks(Side.SERVER).isEmpty();
        return new CensusSummary(counts(Side.CLIENT), serverSeen ? counts(Side.SERVER) : null, timeline.readings(),
                timeWaitStillGrowing());
    }

    private Map<TcpState, CensusSummary.StateCount> counts(Side side) {
        Map<TcpState, CensusSummary.StateCount> counts = new EnumMap<>(TcpState.class);
        boolean walked = record.last().reading(side) != null;
        SocketCensus atEnd = record.finalCensus(side);
        timeline.peaks(side)
                .forEach((state, peak) -> counts.put(state, new CensusSummary.StateCount(peak, walked ? atEnd.in(state) : null,
                        side == Side.SERVER && state == TcpState.CLOSE_WAIT ? atEnd.unacceptedCloseWait() : null)));
        return counts;
    }

    /** TIME_WAIT lasts 60 to 62 s: until connections have started for as long, every new one comes on top. */
    private boolean timeWaitStillGrowing() {
        double seconds = (record.arrivalsDoneNs() - ticks.startAtNs()) / 1e9;
        long now =
                record.finalCensus(Side.CLIENT).in(TcpState.TIME_WAIT) + record.finalCensus(Side.SERVER).in(TcpState.TIME_WAIT);
        return now > 0 && seconds < 62;
    }

    private RunResult.@Nullable ListenQueueSummary listenQueue() {
        ListenQueue last = RunTimeline.listenQueue(record.last());
        if (last == null) {
            return null;
        }
        return new RunResult.ListenQueueSummary(timeline.listenQueuePeak(), last.limit());
    }

    private Map<String, Map<String, Long>> counters() {
        Map<String, Map<String, Long>> bySide = new LinkedHashMap<>();
        if (record.plan().request().readsTwoNamespaces()) {
            bySide.put("client", moved(Side.CLIENT));
            bySide.put("server", moved(Side.SERVER));
        } else {
            bySide.put("shared", moved(Side.CLIENT));
        }
        return bySide;
    }

    private Map<String, Long> moved(Side side) {
        TcpCounters counters = record.countersSince(ticks.measurementTick(), side);
        return counters.values();
    }

    private RunResult.Cpu cpu(double stealFraction) {
        CpuFigures client = CpuFigures.of(record, IntervalPair::load, record.loadWalk());
        CpuFigures server = record.plan().target() == null
                ? CpuFigures.UNKNOWN
                : CpuFigures.of(record, IntervalPair::target, record.targetWalk());
        return new RunResult.Cpu(client.nsPerConnection(), server.nsPerConnection(), client.cores(), server.cores(),
                stealFraction);
    }

    private boolean droppedToCounts() {
        List<KernelReading> readings = new ArrayList<>();
        for (IntervalPair pair : timeline.pairs()) {
            for (Side side : Side.values()) {
                KernelReading reading = pair.reading(side);
                if (reading != null) {
                    readings.add(reading);
                }
            }
        }
        return readings.stream().anyMatch(reading -> !reading.walked() || reading.timeWaitFromSockstat());
    }
}
