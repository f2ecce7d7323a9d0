package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.Ticks;
import dev.netchurn.metrics.LatencyMeter;
import dev.netchurn.metrics.MetricsSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape of a run shows: made once per interval on the controller's main thread, handed out to any. Counters and
 * histograms cover warm-up and measurement, so that they only ever grow.
 */
public final class RunMeters implements RunListener, Supplier<MetricsSnapshot> {

    private final RunStamp stamp;
    private final String version;
    private volatile MetricsSnapshot latest = MetricsSnapshot.EMPTY;
    private @Nullable RunPlan plan;
    private boolean draining;
    private @Nullable LoadReport newest;
    private @Nullable RunTimeline recorded;

    public RunMeters(RunStamp stamp, String version) {
        this.stamp = stamp;
        this.version = version;
    }

    @Override
    public MetricsSnapshot get() {
        return latest;
    }

    @Override
    public void started(RunPlan started, Ticks ticks) {
        plan = started;
    }

    @Override
    public void draining() {
        draining = true;
    }

    @Override
    public void interval(RunTimeline timeline, IntervalPair pair) {
        Message.Interval load = pair.load();
        RunPlan running = plan;
        if (running == null || load == null || load.load() == null) {
            return;
        }
        MetricsSnapshot.Builder builder = begin(running);
        LoadReport report = load.load();
        ledgers(builder, report);
        latencies(builder, timeline);
        long inFlight = report.ledger(Phase.WARMUP).inFlight() + report.ledger(Phase.MEASURE).inFlight();
        builder.inFlight(inFlight).phase(draining ? Phase.DRAIN.text() : report.phase().text());
        builder.offeredRatePerSecond(offered(running));
        kernel(builder, pair, running);
        builder.workerCpuNs(Side.CLIENT.text(), load.cpuNs());
        if (pair.target() != null) {
            builder.workerCpuNs(Side.SERVER.text(), pair.target().cpuNs());
        }
        latest = builder.build();
    }

    @Override
    public void reported(RunTimeline timeline, long fromNs, long toNs, LoadReport report) {
        newest = report;
        recorded = timeline;
    }

    /** Publishes the verdict of the finished run. */
    public void judged(RunResult result) {
        MetricsSnapshot last = latest;
        Map<String, Boolean> valid = new LinkedHashMap<>();
        boolean usable =
                result.verdict().status() == Verdict.Status.VALID || result.verdict().status() == Verdict.Status.DEGRADED;
        valid.put("verdict", usable);
        result.verdict().reasons().forEach(reason -> valid.put(reason.check(), false));
        MetricsSnapshot totals = totals();
        latest = new MetricsSnapshot(totals.connections(), totals.closes(), totals.latencies(), 0, last.offeredRatePerSecond(),
                last.tcpSockets(), last.tcpEvents(), last.listenQueueLength(), last.listenQueueLimit(), last.workerCpuSeconds(),
                totals.runInfo(), null, valid);
    }

    /** The exact books, which came after the last interval. */
    private MetricsSnapshot totals() {
        LoadReport report = newest;
        RunTimeline timeline = recorded;
        RunPlan running = plan;
        if (report == null || timeline == null || running == null) {
            return latest;
        }
        MetricsSnapshot.Builder builder = begin(running);
        ledgers(builder, report);
        latencies(builder, timeline);
        return builder.build();
    }

    private MetricsSnapshot.Builder begin(RunPlan running) {
        return MetricsSnapshot.builder()
                .runInfo("run_id", stamp.id())
                .runInfo("name", running.request().name())
                .runInfo("topology", running.request().environment().topology().text())
                .runInfo("close", running.load().connection().close().text())
                .runInfo("server_close", running.server() == null ? "unknown" : running.server().close().text())
                .runInfo("version", version);
    }

    private static void ledgers(MetricsSnapshot.Builder builder, LoadReport report) {
        Ledger warm = report.ledger(Phase.WARMUP);
        Ledger measured = report.ledger(Phase.MEASURE);
        for (Outcome outcome : Outcome.values()) {
            builder.connections(outcome.text(), warm.of(outcome) + measured.of(outcome));
        }
        for (CloseOutcome outcome : CloseOutcome.values()) {
            builder.closes(outcome.text(), warm.of(outcome) + measured.of(outcome));
        }
    }

    private static void latencies(MetricsSnapshot.Builder builder, RunTimeline timeline) {
        for (LatencyKind kind : LatencyKind.values()) {
            LatencyMeter meter = meter(kind);
            Histogram warm = timeline.totals(Phase.WARMUP).get(kind);
            Histogram measured = timeline.totals(Phase.MEASURE).get(kind);
            if (meter != null && (warm != null || measured != null)) {
                builder.latency(meter, sum(warm, measured));
            }
        }
    }

    private static Histogram sum(@Nullable Histogram warm, @Nullable Histogram measured) {
        Histogram sum = LatencySummary.newHistogram();
        if (warm != null) {
            sum.add(warm);
        }
        if (measured != null) {
            sum.add(measured);
        }
        return sum;
    }

    private static @Nullable LatencyMeter meter(LatencyKind kind) {
        return switch (kind) {
            case CONNECT -> LatencyMeter.CONNECT;
            case RESPONSE -> LatencyMeter.RESPONSE;
            case WAIT -> LatencyMeter.SCHEDULE_LAG;
            case CLOSE_CALL -> LatencyMeter.CLOSE_CALL;
            case CLOSE_HANDSHAKE -> LatencyMeter.CLOSE_HANDSHAKE;
            case PEER_CLOSE -> LatencyMeter.CLOSE_PEER;
            case CONNECT_FROM_INTENDED, KERNEL_RTT, ACCEPT_QUEUE, EVENT_LOOP_DELAY -> null;
        };
    }

    private static @Nullable Double offered(RunPlan running) {
        return running.load().arrival() instanceof ArrivalPlan.OpenLoop open ? open.fromPerSecond() : null;
    }

    private static void kernel(MetricsSnapshot.Builder builder, IntervalPair pair, RunPlan running) {
        boolean twoNamespaces = running.request().environment().topology() == Topology.VETH;
        for (Side side : Side.values()) {
            KernelReading reading = pair.reading(side);
            if (reading == null) {
                continue;
            }
            Map<String, Long> states = new LinkedHashMap<>();
            for (TcpState state : TcpState.values()) {
                states.put(state.name(), reading.side(side).in(state));
            }
            builder.tcpSockets(side.text(), states);
            if (twoNamespaces || side == Side.CLIENT) {
                builder.tcpEvents(twoNamespaces ? side.text() : "shared", reading.counters().values());
            }
            ListenQueue queue = reading.listenQueue();
            if (queue != null && side == Side.SERVER) {
                builder.listenQueue(side.text(), queue.length(), queue.limit());
            }
        }
    }
}
