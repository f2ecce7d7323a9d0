package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
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
import dev.netchurn.metrics.MeterName;
import dev.netchurn.metrics.MetricsSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape of a run shows: made once per interval on the controller's main thread, handed out to any. Counters and
 * histograms cover warm-up and measurement, so that they only ever grow.
 */
public final class RunMeters implements RunListener, Supplier<MetricsSnapshot> {

    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 0.9999, 1};
    private static final String[] PERCENTILES = {"50", "90", "99", "99.9", "99.99", "100"};

    private final RunStamp stamp;
    private final String version;
    private volatile MetricsSnapshot latest = MetricsSnapshot.EMPTY;
    private @Nullable RunPlan plan;
    private @Nullable Ticks schedule;
    private RunResult.@Nullable Environment environment;
    private @Nullable TimeWaitPrediction prediction;
    private boolean draining;

    public RunMeters(RunStamp stamp, String version) {
        this.stamp = stamp;
        this.version = version;
    }

    @Override
    public MetricsSnapshot get() {
        return latest;
    }

    @Override
    public void prepared(RunResult.Environment found) {
        environment = found;
    }

    @Override
    public void started(RunPlan started, Ticks ticks) {
        plan = started;
        schedule = ticks;
        prediction = new TimeWaitPrediction(started);
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
        latencies(builder, timeline, report);
        long inFlight = report.ledger(Phase.WARMUP).inFlight() + report.ledger(Phase.MEASURE).inFlight();
        builder.inFlight(inFlight).phase(draining ? Phase.DRAIN.text() : report.phase().text());
        builder.offeredRatePerSecond(offered(running, load.atNs()));
        kernel(builder, pair, running);
        cost(builder, Side.CLIENT, load);
        if (prediction != null) {
            prediction.after(pair, timeline.ticks().startAtNs())
                    .forEach((side, count) -> builder.predictedTimeWait(side.text(), count));
        }
        if (pair.target() != null && running.target() != null) {
            cost(builder, Side.SERVER, pair.target());
        }
        checks(builder, VerdictChecks.soFar(RunRecord.unfinished(running, timeline)));
        latest = builder.build();
    }

    /** Publishes the exact books and the last walk, which came after the last interval. */
    @Override
    public void ended(RunRecord record) {
        LoadReport report = record.lastLoad();
        RunPlan running = plan;
        if (report == null || running == null) {
            return;
        }
        MetricsSnapshot.Builder builder = latest.toBuilder();
        ledgers(builder, report);
        latencies(builder, record.timeline(), report);
        kernel(builder, record.last(), running);
        latest = builder.inFlight(0).phase(null).build();
    }

    /** Publishes the verdict of the finished run. */
    public void judged(RunResult result) {
        MetricsSnapshot.Builder builder = latest.toBuilder();
        checks(builder, result.verdict().reasons());
        Verdict.Status status = result.verdict().status();
        builder.valid("verdict", status == Verdict.Status.VALID || status == Verdict.Status.DEGRADED);
        latest = builder.build();
    }

    private MetricsSnapshot.Builder begin(RunPlan running) {
        MetricsSnapshot.Builder builder = MetricsSnapshot.builder()
                .runInfo("run_id", stamp.id())
                .runInfo("name", running.request().name())
                .runInfo("topology", running.request().environment().topology().text())
                .runInfo("close", running.load().connection().close().text())
                .runInfo("server_close", running.server() == null ? "unknown" : running.server().close().text())
                .runInfo("version", version);
        RunResult.Environment found = environment;
        return found == null ? builder : builder.runInfo("kernel", found.kernel());
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

    private static void latencies(MetricsSnapshot.Builder builder, RunTimeline timeline, LoadReport report) {
        long scheduled = report.ledger(Phase.MEASURE).scheduled();
        for (LatencyKind kind : LatencyKind.values()) {
            LatencyMeter meter = meter(kind);
            Histogram warm = timeline.totals(Phase.WARMUP).get(kind);
            Histogram measured = timeline.totals(Phase.MEASURE).get(kind);
            if (meter != null && (warm != null || measured != null)) {
                builder.latency(meter, sum(warm, measured));
            }
            if (measured != null) {
                percentiles(builder, kind, measured, kind.ranksOverScheduled() ? scheduled : measured.getTotalCount());
            }
        }
    }

    private static void percentiles(MetricsSnapshot.Builder builder, LatencyKind kind, Histogram measured, long ranked) {
        for (int i = 0; i < QUANTILES.length; i++) {
            Long valueNs = LatencySummary.valueAt(measured, ranked, QUANTILES[i]);
            if (valueNs != null) {
                builder.percentile(kind.text(), PERCENTILES[i], valueNs);
            }
        }
    }

    private static Histogram sum(@Nullable Histogram warm, @Nullable Histogram measured) {
        if (measured == null) {
            return warm == null ? LatencySummary.newHistogram() : warm.copy();
        }
        Histogram sum = measured.copy();
        if (warm != null) {
            sum.add(warm);
        }
        return sum;
    }

    /** The histogram that a latency is published as; null for one that is not. */
    public static @Nullable LatencyMeter meter(LatencyKind kind) {
        return switch (kind) {
            case CONNECT -> LatencyMeter.CONNECT;
            case RESPONSE -> LatencyMeter.RESPONSE;
            case WAIT -> LatencyMeter.SCHEDULE_LAG;
            case CLOSE_CALL -> LatencyMeter.CLOSE_CALL;
            case CLOSE_HANDSHAKE -> LatencyMeter.CLOSE_HANDSHAKE;
            case LINGER_CLOSE -> LatencyMeter.CLOSE_LINGER;
            case PEER_CLOSE -> LatencyMeter.CLOSE_PEER;
            case CLOSER_QUEUE, CONNECT_FROM_INTENDED, KERNEL_RTT, ACCEPT_QUEUE, EVENT_LOOP_DELAY -> null;
        };
    }

    /** What the schedule asks for at an instant: nothing once the last arrival was started. */
    private @Nullable Double offered(RunPlan running, long atNs) {
        Ticks ticks = schedule;
        Double perSecond = ticks == null ? null : OfferedRate.of(running.load(), ticks).at(atNs);
        return perSecond == null || !draining ? perSecond : Double.valueOf(0);
    }

    private static void cost(MetricsSnapshot.Builder builder, Side side, Message.Interval told) {
        builder.workerCpuNs(side.text(), told.cpuNs());
        builder.side(MeterName.OBSERVER_CPU, side.text(), told.observerNs() / 1e9);
    }

    /** Every check has a series from the start, so that a dashboard can tell one that holds from one that nobody made. */
    private static void checks(MetricsSnapshot.Builder builder, List<Verdict.Reason> failed) {
        Verdict.CHECKS.forEach(name -> builder.valid(name, true));
        failed.forEach(reason -> builder.valid(reason.check(), false));
    }

    private void kernel(MetricsSnapshot.Builder builder, IntervalPair pair, RunPlan running) {
        Topology where = running.request().environment().topology();
        boolean twoNamespaces = where == Topology.VETH || where == Topology.HOST && pair.readsTwoNamespaces();
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
            if (reading.walkAgeNs() != KernelReading.NEVER_WALKED) {
                builder.side(MeterName.CENSUS_AGE, side.text(), reading.walkAgeNs() / 1e9);
            }
            timeWaitLimit(side).ifPresent(limit -> builder.side(MeterName.TIME_WAIT_LIMIT, side.text(), limit));
            switch (side) {
                case CLIENT -> fourTuples(builder, reading, running);
                case SERVER -> server(builder, reading);
            }
        }
    }

    private static void fourTuples(MetricsSnapshot.Builder builder, KernelReading reading, RunPlan running) {
        long limit = running.forecast().budget().fourTuples();
        long held = reading.side(Side.CLIENT).sockets().values().stream().mapToLong(Long::longValue).sum();
        builder.side(MeterName.FOUR_TUPLES_LIMIT, Side.CLIENT.text(), limit);
        builder.side(MeterName.FOUR_TUPLES_LEFT, Side.CLIENT.text(), Math.max(0, limit - held));
    }

    private static void server(MetricsSnapshot.Builder builder, KernelReading reading) {
        String server = Side.SERVER.text();
        builder.side(MeterName.UNACCEPTED_SOCKETS, server, reading.side(Side.SERVER).unacceptedCloseWait());
        ListenQueue queue = reading.listenQueue();
        if (queue != null) {
            builder.listenQueue(server, queue.length(), queue.limit(), queue.drops());
        }
    }

    private OptionalLong timeWaitLimit(Side side) {
        RunResult.Environment found = environment;
        return found == null ? OptionalLong.empty() : timeWaitLimit(found, side);
    }

    /** tcp_max_tw_buckets of the namespace that a side is in; empty when it is not recorded. */
    public static OptionalLong timeWaitLimit(RunResult.Environment environment, Side side) {
        Map<String, String> shared = environment.sysctls().getOrDefault("shared", Map.of());
        String value = environment.sysctls().getOrDefault(side.text(), shared).getOrDefault("net.ipv4.tcp_max_tw_buckets", "");
        return value.matches("\\d{1,10}") ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
    }
}
