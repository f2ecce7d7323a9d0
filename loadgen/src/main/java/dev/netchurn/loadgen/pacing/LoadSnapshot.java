package dev.netchurn.loadgen.pacing;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.latency.LatencyKind;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What the load did, at one instant.
 *
 * @param atNs when, on the monotonic clock
 * @param phase the phase at that instant
 * @param ledgers cumulative since the start, by the phase of the intended start (WARMUP and MEASURE)
 * @param intervals what was recorded since the previous snapshot, by the phase of the intended start; kinds that recorded
 *     nothing are absent. Valid until the next snapshot. Values are nanoseconds, 1 to 3.6e12, 3 digits
 * @param inFlightMean mean number in flight since the previous snapshot, weighted by time
 * @param inFlightMax highest number in flight since the previous snapshot
 * @param loopCpuNs CPU time used so far by each event-loop thread
 * @param loopErrors faults of our own that were caught on an event loop; any makes a run void
 * @param clampedSamples latencies outside of 1 ns to 1 h, recorded at the bound
 * @param closers what the pool that makes lingering closes did; null where no close lingers
 * @param firstStartNs first connect() of the measurement, 0 when there was none yet
 * @param lastStartNs last connect() of the measurement
 * @param measureEndNs when the last measured arrival had been started or the time was up; 0 while measuring
 */
public record LoadSnapshot(
        long atNs,
        Phase phase,
        Map<Phase, Ledger> ledgers,
        Map<Phase, Map<LatencyKind, Histogram>> intervals,
        double inFlightMean,
        long inFlightMax,
        long[] loopCpuNs,
        long loopErrors,
        long clampedSamples,
        @Nullable CloserReading closers,
        long firstStartNs,
        long lastStartNs,
        long measureEndNs) {
}
