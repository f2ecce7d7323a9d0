package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A load that was carried out to its end, with its sums checked.
 *
 * @param last the last snapshot
 * @param latencies of the measurement, merged over all intervals
 * @param mostQueued closes that waited for a closer at a time
 */
record FinishedLoad(LoadSnapshot last, Map<LatencyKind, Histogram> latencies, long mostQueued) {

    /** Carries out the plan as a worker does. */
    static FinishedLoad of(LoadPlan plan) {
        SystemClock clock = new SystemClock();
        Map<LatencyKind, Histogram> latencies = new EnumMap<>(LatencyKind.class);
        try (LoadEngine engine = new LoadEngine(plan, clock)) {
            long startNs = clock.nanoTime() + 1_000_000;
            engine.start(startNs);
            long mostQueued = 0;
            while (!engine.arrivalsDone()) {
                LockSupport.parkNanos(5_000_000);
                mostQueued = Math.max(mostQueued, add(engine.snapshot(), latencies));
            }
            long drainEndNs = clock.nanoTime() + plan.drainNs();
            while (!engine.idle() && clock.nanoTime() < drainEndNs) {
                LockSupport.parkNanos(1_000_000);
            }
            engine.closeAll();
            LoadSnapshot last = engine.snapshot();
            mostQueued = Math.max(mostQueued, add(last, latencies));
            assertThat(engine.firstError()).isNull();
            assertThat(last.loopErrors()).isZero();
            last.ledgers().values().forEach(FinishedLoad::assertSums);
            return new FinishedLoad(last, latencies, mostQueued);
        }
    }

    /** Returns how many closes queued at most since the previous snapshot. */
    private static long add(LoadSnapshot snapshot, Map<LatencyKind, Histogram> latencies) {
        snapshot.intervals().get(Phase.MEASURE).forEach(
                (kind, interval) -> latencies.computeIfAbsent(kind, _ -> LatencyRecorder.newHistogram()).add(interval));
        return snapshot.closers() == null ? 0 : snapshot.closers().queueMax();
    }

    private static void assertSums(Ledger ledger) {
        long outcomes = ledger.outcomes().values().stream().mapToLong(Long::longValue).sum();
        long closes = ledger.closes().values().stream().mapToLong(Long::longValue).sum();
        assertThat(ledger.scheduled()).isEqualTo(ledger.started() + ledger.of(Outcome.SHED)).isEqualTo(outcomes);
        assertThat(ledger.of(Outcome.ESTABLISHED)).isEqualTo(closes);
        assertThat(ledger.inFlight()).isZero();
        long stillOpen = ledger.of(CloseOutcome.STILL_OPEN);
        assertThat(ledger.clientFirst() + ledger.serverFirst()).isBetween(closes - stillOpen, closes);
    }

    Ledger measured() {
        return last.ledgers().get(Phase.MEASURE);
    }

    Ledger warmup() {
        return last.ledgers().get(Phase.WARMUP);
    }

    long of(Outcome outcome) {
        return measured().of(outcome);
    }

    long of(CloseOutcome outcome) {
        return measured().of(outcome);
    }

    long count(LatencyKind kind) {
        Histogram histogram = latencies.get(kind);
        return histogram == null ? 0 : histogram.getTotalCount();
    }

    Histogram latency(LatencyKind kind) {
        return latencies.get(kind);
    }
}
