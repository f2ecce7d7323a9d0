package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.CensusSummary;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.RunInterval;
import dev.netchurn.loadgen.run.RunMeters;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.Verdict;
import dev.netchurn.metrics.LatencyMeter;
import dev.netchurn.metrics.MeterName;
import dev.netchurn.metrics.MetricsSnapshot;
import dev.netchurn.metrics.OpenMetricsHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A finished run as a Prometheus would have scraped it: one instant at the begin of the load with every counter at 0, one per
 * interval, and one at the end with the exact totals, the last census and the verdict. The series carry {@code job="netchurn"}
 * and as {@code instance} the id of the run. In flight is the highest of each interval. Used once, by one thread.
 */
public final class MetricsExport {

    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 0.9999, 1};
    private static final String[] PERCENTILES = {"50", "90", "99", "99.9", "99.99", "100"};
    private static final long NS_PER_MS = 1_000_000;
    private static final long END_AFTER_NS = 1_000_000_000;

    private final RunResult result;
    private final Map<String, String> target;
    private final Deque<LatencyLogReader.Line> unread = new ArrayDeque<>();
    private final Map<LatencyMeter, Histogram> cumulative = new EnumMap<>(LatencyMeter.class);
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final Map<String, Long> closes = new TreeMap<>();
    private final Map<String, Long> cpuNs = new TreeMap<>();
    private final Map<String, Map<String, Long>> counters = new TreeMap<>();
    private final Map<String, Map<String, Long>> countersAtMeasurement = new TreeMap<>();

    private MetricsExport(RunResult result) {
        this.result = result;
        this.target = Map.of("job", "netchurn", "instance", result.id());
        Arrays.stream(Outcome.values()).forEach(outcome -> outcomes.put(outcome.text(), 0L));
        Arrays.stream(CloseOutcome.values()).forEach(outcome -> closes.put(outcome.text(), 0L));
        for (String side : result.counters().keySet()) {
            Map<String, Long> zeros = new TreeMap<>();
            CounterMeaning.names().forEach(name -> zeros.put(name, 0L));
            counters.put(side, zeros);
        }
    }

    /**
     * Adds a run to a history.
     *
     * @param latencyLog the run's latency.hlog
     * @throws IOException when the log cannot be read, or does not say when the load began
     */
    public static void add(RunResult result, Path latencyLog, OpenMetricsHistory history) throws IOException {
        new MetricsExport(result).addAll(latencyLog, history);
    }

    private void addAll(Path latencyLog, OpenMetricsHistory history) throws IOException {
        LatencyLogReader log = new LatencyLogReader(latencyLog);
        List<LatencyLogReader.Line> lines = new ArrayList<>();
        log.forEach(lines::add);
        if (Double.isNaN(log.loadBeganSeconds())) {
            throw new IOException(latencyLog + " does not say when the load began");
        }
        lines.sort(Comparator.comparingLong(LatencyLogReader.Line::toNs));
        unread.addAll(lines);
        Instant began = Instant.parse(result.startedAt()).plusNanos(Math.round(log.loadBeganSeconds() * 1e9));
        Phase first = result.intervals().isEmpty() ? Phase.MEASURE : result.intervals().getFirst().phase();
        history.add(began, target, common().inFlight(0).phase(first.text()).build());
        long endNs = 0;
        for (RunInterval interval : result.intervals()) {
            if (interval.phase() != Phase.WARMUP && countersAtMeasurement.isEmpty()) {
                counters.forEach((side, values) -> countersAtMeasurement.put(side, Map.copyOf(values)));
            }
            endNs = Math.max(endNs + NS_PER_MS, interval.startNs() + interval.durationNs());
            history.add(began.plusNanos(endNs), target, after(interval, endNs));
        }
        history.add(began.plusNanos(endNs + END_AFTER_NS), target, end());
    }

    private MetricsSnapshot after(RunInterval interval, long endNs) {
        read(endNs + NS_PER_MS);
        add(interval.outcomes(), outcomes);
        add(interval.closes(), closes);
        add(interval.cpuNs(), cpuNs);
        interval.counters().forEach((side, moved) -> add(moved, counters.computeIfAbsent(side, _ -> new TreeMap<>())));
        MetricsSnapshot.Builder snapshot = common().inFlight(interval.inFlightMax()).phase(interval.phase().text())
                .offeredRatePerSecond(interval.phase() == Phase.DRAIN && result.openLoop()
                        ? Double.valueOf(0)
                        : interval.offeredPerSecond());
        interval.census().forEach((side, sockets) -> snapshot.tcpSockets(side, everyState(sockets)));
        interval.censusAgeNs().forEach((side, ageNs) -> snapshot.side(MeterName.CENSUS_AGE, side, ageNs / 1e9));
        interval.predictedTimeWait().forEach(snapshot::predictedTimeWait);
        Long waiting = interval.listenQueue();
        if (waiting != null) {
            snapshot.side(MeterName.LISTEN_QUEUE_LENGTH, Side.SERVER.text(), waiting);
        }
        return snapshot.build();
    }

    /** What came after the last interval: totals are exact where the result has them. */
    private MetricsSnapshot end() {
        read(Long.MAX_VALUE);
        outcomes.merge(Outcome.ESTABLISHED.text(), result.books().ledger(), Math::max);
        result.ledger().failed().forEach((outcome, count) -> outcomes.merge(outcome, count, Math::max));
        result.ledger().closeFailed().forEach((outcome, count) -> closes.merge(outcome, count, Math::max));
        closes.merge(CloseOutcome.STILL_OPEN.text(), result.ledger().stillOpen(), Math::max);
        long otherwise = closes.entrySet().stream().filter(entry -> !entry.getKey().equals(CloseOutcome.CLOSED.text()))
                .mapToLong(Map.Entry::getValue).sum();
        // Every established connection has exactly one close outcome.
        closes.merge(CloseOutcome.CLOSED.text(), result.books().ledger() - otherwise, Math::max);
        result.counters().forEach((side, moved) -> moved.forEach((name, by) -> counters
                .computeIfAbsent(side, _ -> new TreeMap<>()).merge(name,
                        countersAtMeasurement.getOrDefault(side, Map.of()).getOrDefault(name, 0L) + by, Math::max)));
        MetricsSnapshot.Builder snapshot = common().inFlight(0).phase(null);
        CensusSummary census = result.census();
        if (census != null) {
            last(snapshot, Side.CLIENT, census.client());
            last(snapshot, Side.SERVER, census.server());
        }
        Verdict.CHECKS.forEach(check -> snapshot.valid(check, true));
        result.verdict().reasons().forEach(reason -> snapshot.valid(reason.check(), false));
        Verdict.Status status = result.verdict().status();
        snapshot.valid("verdict", status == Verdict.Status.VALID || status == Verdict.Status.DEGRADED);
        result.latency().forEach((kind, latency) -> percentiles(snapshot, kind, latency));
        return snapshot.build();
    }

    private static void percentiles(MetricsSnapshot.Builder snapshot, String kind, LatencySummary latency) {
        for (int i = 0; i < QUANTILES.length; i++) {
            Long valueNs = latency.at(QUANTILES[i]);
            if (valueNs != null) {
                snapshot.percentile(kind, PERCENTILES[i], valueNs);
            }
        }
    }

    /** What every instant shows, with the totals as they are now. */
    private MetricsSnapshot.Builder common() {
        MetricsSnapshot.Builder snapshot = MetricsSnapshot.builder()
                .runInfo("run_id", result.id())
                .runInfo("name", result.name())
                .runInfo("topology", result.environment().topology())
                .runInfo("close", String.valueOf(result.config().getOrDefault("close", "unknown")))
                .runInfo("server_close", String.valueOf(result.config().getOrDefault("server-close", "unknown")))
                .runInfo("version", result.environment().netchurn())
                .runInfo("kernel", result.environment().kernel());
        outcomes.forEach(snapshot::connections);
        closes.forEach(snapshot::closes);
        cpuNs.forEach(snapshot::workerCpuNs);
        counters.forEach(snapshot::tcpEvents);
        cumulative.forEach(snapshot::latency);
        if (result.listenQueue() != null) {
            snapshot.side(MeterName.LISTEN_QUEUE_LIMIT, Side.SERVER.text(), result.listenQueue().limit());
        }
        timeWaitLimits(snapshot);
        return snapshot;
    }

    private void timeWaitLimits(MetricsSnapshot.Builder snapshot) {
        for (Side side : Side.values()) {
            RunMeters.timeWaitLimit(result.environment(), side)
                    .ifPresent(limit -> snapshot.side(MeterName.TIME_WAIT_LIMIT, side.text(), limit));
        }
    }

    /** Takes in what the log recorded up to an instant. */
    private void read(long untilNs) {
        while (!unread.isEmpty() && unread.peek().toNs() <= untilNs) {
            LatencyLogReader.Line line = unread.poll();
            for (LatencyKind kind : LatencyKind.values()) {
                LatencyMeter meter = RunMeters.meter(kind);
                if (meter != null && kind.text().equals(line.kind())) {
                    cumulative.computeIfAbsent(meter, _ -> LatencySummary.newHistogram()).add(line.histogram());
                }
            }
        }
    }

    private static void add(Map<String, Long> moved, Map<String, Long> totals) {
        moved.forEach((name, by) -> totals.merge(name, by, Long::sum));
    }

    private static Map<String, Long> everyState(Map<TcpState, Long> sockets) {
        Map<String, Long> states = new TreeMap<>();
        for (TcpState state : TcpState.values()) {
            states.put(state.name(), sockets.getOrDefault(state, 0L));
        }
        return states;
    }

    private static void last(MetricsSnapshot.Builder snapshot, Side side,
            @Nullable Map<TcpState, CensusSummary.StateCount> counts) {
        if (counts == null) {
            return;
        }
        Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
        counts.forEach((state, count) -> {
            Long atEnd = count.atEnd();
            if (atEnd != null) {
                sockets.put(state, atEnd);
            }
        });
        snapshot.tcpSockets(side.text(), everyState(sockets));
    }
}
