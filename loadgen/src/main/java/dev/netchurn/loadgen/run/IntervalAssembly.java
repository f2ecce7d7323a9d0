package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.worker.LoadReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Makes the intervals of a result of successive ticks. */
public final class IntervalAssembly {

    private IntervalAssembly() {
    }

    /**
     * The intervals of a run and what comes after them.
     *
     * @param intervals in order
     * @param predictedTimeWaitAtEnd by side, for the walk that ends the drain
     */
    record Told(List<RunInterval> intervals, Map<Side, Long> predictedTimeWaitAtEnd) {
    }

    /** One interval per pair of successive ticks, in order. */
    static Told of(RunRecord record) {
        List<RunInterval> intervals = new ArrayList<>();
        List<IntervalPair> pairs = record.timeline().pairs();
        Topology topology = record.plan().request().environment().topology();
        OfferedRate offered = OfferedRate.of(record.plan().load(), record.timeline().ticks());
        TimeWaitPrediction prediction = new TimeWaitPrediction(record.plan());
        long startAtNs = record.timeline().ticks().startAtNs();
        for (int i = 0; i < pairs.size(); i++) {
            Map<Side, Long> predicted = prediction.after(pairs.get(i), startAtNs);
            if (i == 0) {
                continue;
            }
            RunInterval interval = between(pairs.get(i - 1), pairs.get(i), startAtNs, topology, offered, predicted);
            if (interval != null) {
                intervals.add(interval);
            }
        }
        return new Told(intervals, prediction.afterDrain(record));
    }

    /**
     * What happened between two ticks; null when the load did not report both.
     *
     * @param predicted TIME_WAIT by side, for the later tick
     */
    public static @Nullable RunInterval between(IntervalPair earlier, IntervalPair later, long startAtNs, Topology topology,
            OfferedRate offered, Map<Side, Long> predicted) {
        if (earlier.load() == null || later.load() == null || earlier.load().load() == null || later.load().load() == null) {
            return null;
        }
        LoadReport before = earlier.load().load();
        LoadReport after = later.load().load();
        // The first reading precedes the first connection: what lies between is no part of an interval.
        long beginNs = Math.max(earlier.load().atNs(), startAtNs);
        long durationNs = Math.max(1, later.load().atNs() - beginNs);
        long established = difference(before, after, IntervalAssembly::established);
        Histogram connect = connect(after);
        return new RunInterval(beginNs - startAtNs, durationNs, after.phase(), established,
                difference(before, after, IntervalAssembly::failed), difference(before, after, IntervalAssembly::shed),
                established / (durationNs / 1e9),
                after.phase() == Phase.DRAIN ? null : offered.at(beginNs + durationNs / 2), after.inFlightMax(), queued(later),
                percentile(connect, 50), percentile(connect, 99),
                census(later), censusAgeNs(later), bySide(predicted), counters(earlier, later, topology),
                moved(before, after, Outcome.values(), IntervalAssembly::of, Outcome::text),
                moved(before, after, CloseOutcome.values(), IntervalAssembly::of, CloseOutcome::text),
                cpuNs(earlier, later));
    }

    /** How many more ended in each way than before; ways in which none did are left out. */
    private static <K> Map<String, Long> moved(LoadReport before, LoadReport after, K[] ways,
            ToLongBiFunction<LoadReport, K> count, Function<K, String> text) {
        Map<String, Long> moved = new LinkedHashMap<>();
        for (K way : ways) {
            long difference = count.applyAsLong(after, way) - count.applyAsLong(before, way);
            if (difference != 0) {
                moved.put(text.apply(way), difference);
            }
        }
        return moved;
    }

    private static long of(LoadReport report, Outcome outcome) {
        return report.ledger(Phase.WARMUP).of(outcome) + report.ledger(Phase.MEASURE).of(outcome);
    }

    private static long of(LoadReport report, CloseOutcome outcome) {
        return report.ledger(Phase.WARMUP).of(outcome) + report.ledger(Phase.MEASURE).of(outcome);
    }

    private static Map<String, Long> cpuNs(IntervalPair earlier, IntervalPair later) {
        Map<String, Long> bySide = new LinkedHashMap<>();
        if (earlier.load() != null && later.load() != null) {
            bySide.put(Side.CLIENT.text(), later.load().cpuNs() - earlier.load().cpuNs());
        }
        if (earlier.target() != null && later.target() != null) {
            bySide.put(Side.SERVER.text(), later.target().cpuNs() - earlier.target().cpuNs());
        }
        return bySide;
    }

    private static @Nullable Long queued(IntervalPair pair) {
        ListenQueue queue = RunTimeline.listenQueue(pair);
        return queue == null ? null : queue.length();
    }

    private static long difference(LoadReport before, LoadReport after, ToLongFunction<LoadReport> count) {
        return count.applyAsLong(after) - count.applyAsLong(before);
    }

    private static long established(LoadReport report) {
        return report.ledger(Phase.WARMUP).of(Outcome.ESTABLISHED) + report.ledger(Phase.MEASURE).of(Outcome.ESTABLISHED);
    }

    private static long failed(LoadReport report) {
        return report.ledger(Phase.WARMUP).failed() + report.ledger(Phase.MEASURE).failed();
    }

    private static long shed(LoadReport report) {
        return report.ledger(Phase.WARMUP).of(Outcome.SHED) + report.ledger(Phase.MEASURE).of(Outcome.SHED);
    }

    private static @Nullable Histogram connect(LoadReport report) {
        Histogram measured = report.histograms(Phase.MEASURE).get(LatencyKind.CONNECT);
        return measured != null ? measured : report.histograms(Phase.WARMUP).get(LatencyKind.CONNECT);
    }

    private static @Nullable Long percentile(@Nullable Histogram histogram, double percentile) {
        return histogram == null || histogram.getTotalCount() == 0 ? null : histogram.getValueAtPercentile(percentile);
    }

    private static Map<String, Long> bySide(Map<Side, Long> counts) {
        Map<String, Long> bySide = new LinkedHashMap<>();
        counts.forEach((side, count) -> bySide.put(side.text(), count));
        return bySide;
    }

    private static Map<String, Map<TcpState, Long>> census(IntervalPair pair) {
        Map<String, Map<TcpState, Long>> bySide = new LinkedHashMap<>();
        for (Side side : Side.values()) {
            KernelReading reading = pair.reading(side);
            if (reading != null) {
                bySide.put(side.text(), reading.side(side).sockets());
            }
        }
        return bySide;
    }

    private static Map<String, Long> censusAgeNs(IntervalPair pair) {
        Map<String, Long> bySide = new LinkedHashMap<>();
        for (Side side : Side.values()) {
            KernelReading reading = pair.reading(side);
            if (reading != null && reading.walkAgeNs() != KernelReading.NEVER_WALKED) {
                bySide.put(side.text(), reading.walkAgeNs());
            }
        }
        return bySide;
    }

    private static Map<String, Map<String, Long>> counters(IntervalPair earlier, IntervalPair later, Topology topology) {
        Map<String, Map<String, Long>> bySide = new LinkedHashMap<>();
        for (Side side : Side.values()) {
            TcpCounters moved = later.counters(side).since(earlier.counters(side));
            if (topology == Topology.VETH || topology == Topology.HOST && later.readsTwoNamespaces()) {
                bySide.put(side.text(), moved.values());
            } else if (side == Side.CLIENT) {
                bySide.put("shared", moved.values());
            }
        }
        return bySide;
    }
}
