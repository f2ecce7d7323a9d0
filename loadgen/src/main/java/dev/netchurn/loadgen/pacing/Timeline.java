package dev.netchurn.loadgen.pacing;

import dev.netchurn.loadgen.arrival.Phase;

/**
 * When the phases of a run begin, on the monotonic clock.
 *
 * @param startNs the warm-up begins
 * @param measureStartNs the measurement begins; {@code startNs} without a warm-up
 * @param measureEndNs the measurement ends at the latest
 */
record Timeline(long startNs, long measureStartNs, long measureEndNs) {

    static Timeline of(LoadPlan plan, long startNs) {
        long measureStartNs = startNs + plan.warmupNs();
        return new Timeline(startNs, measureStartNs, measureStartNs + plan.measureNs());
    }

    /** The phase of an instant, as far as the clock alone decides. */
    Phase phaseAt(long nowNs) {
        if (nowNs - measureStartNs < 0) {
            return Phase.WARMUP;
        }
        return nowNs - measureEndNs < 0 ? Phase.MEASURE : Phase.DRAIN;
    }
}
