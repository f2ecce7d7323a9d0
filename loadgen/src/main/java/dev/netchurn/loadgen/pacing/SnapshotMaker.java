package dev.netchurn.loadgen.pacing;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.LingerExecutor;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Adds the readings of all event loops up to one snapshot. Owned by the thread that asks for snapshots. */
final class SnapshotMaker {

    private final List<LoadLoop> loops;
    private final Map<Phase, List<LatencyRecorder>> recorders;
    private final Timeline timeline;
    private final NanoClock clock;
    private final @Nullable LingerExecutor lingers;
    private final List<LoopReading> previous = new ArrayList<>();

    SnapshotMaker(
            List<LoadLoop> loops, Map<Phase, List<LatencyRecorder>> recorders, Timeline timeline, NanoClock clock,
            @Nullable LingerExecutor lingers) {
        this.loops = loops;
        this.recorders = recorders;
        this.timeline = timeline;
        this.clock = clock;
        this.lingers = lingers;
        loops.forEach(loop -> previous.add(loop.reading()));
    }

    LoadSnapshot make(long waitAtMostNs) {
        List<LoopReading> readings = readAll(waitAtMostNs);
        long atNs = clock.nanoTime();
        double inFlightMean = 0;
        long inFlightMax = 0;
        for (int i = 0; i < readings.size(); i++) {
            inFlightMean += mean(previous.get(i), readings.get(i));
            inFlightMax += readings.get(i).inFlightMax();
        }
        previous.clear();
        previous.addAll(readings);
        long measureEndNs = measureEndNs(readings);
        return new LoadSnapshot(
                atNs,
                measureEndNs == 0 ? timeline.phaseAt(atNs) : Phase.DRAIN,
                ledgers(readings),
                intervals(),
                inFlightMean,
                inFlightMax,
                readings.stream().mapToLong(LoopReading::cpuNs).toArray(),
                readings.stream().mapToLong(LoopReading::errors).sum(),
                clamped(),
                lingers == null ? null : lingers.takeReading(),
                readings.stream().mapToLong(LoopReading::firstMeasuredNs).filter(ns -> ns != 0).min().orElse(0),
                readings.stream().mapToLong(LoopReading::lastMeasuredNs).max().orElse(0),
                measureEndNs);
    }

    /** All loops are asked before the first is waited for. */
    private List<LoopReading> readAll(long waitAtMostNs) {
        if (waitAtMostNs == 0) {
            return loops.stream().map(LoadLoop::reading).toList();
        }
        loops.forEach(LoadLoop::requestReading);
        return loops.stream().map(loop -> loop.awaitReading(waitAtMostNs)).toList();
    }

    private static double mean(LoopReading before, LoopReading now) {
        long elapsedNs = now.atNs() - before.atNs();
        return elapsedNs <= 0 ? 0 : (now.inFlightIntegral() - before.inFlightIntegral()) / elapsedNs;
    }

    /** The last loop's end; 0 while one of them still has arrivals. */
    private static long measureEndNs(List<LoopReading> readings) {
        boolean allOver = readings.stream().allMatch(reading -> reading.overAtNs() != 0);
        return allOver ? readings.stream().mapToLong(LoopReading::overAtNs).max().orElse(0) : 0;
    }

    private static Map<Phase, Ledger> ledgers(List<LoopReading> readings) {
        Map<Phase, Ledger> sums = new EnumMap<>(Phase.class);
        for (LoopReading reading : readings) {
            reading.ledgers().forEach((phase, ledger) -> sums.merge(phase, ledger, Ledger::plus));
        }
        return sums;
    }

    private Map<Phase, Map<LatencyKind, Histogram>> intervals() {
        Map<Phase, Map<LatencyKind, Histogram>> intervals = new EnumMap<>(Phase.class);
        recorders.forEach((phase, ofLoops) -> intervals.put(phase, LatencyRecorder.takeInterval(ofLoops)));
        return intervals;
    }

    private long clamped() {
        return recorders.values().stream().flatMap(List::stream).mapToLong(LatencyRecorder::clamped).sum();
    }
}
