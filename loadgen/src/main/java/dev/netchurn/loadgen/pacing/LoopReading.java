package dev.netchurn.loadgen.pacing;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.Ledger;
import java.util.Map;

/**
 * What one event loop did so far; made by the loop, read by anyone.
 *
 * @param request the request that this answers
 * @param inFlightIntegral connections × nanoseconds since the start
 * @param inFlightMax most since the previous reading
 * @param firstMeasuredNs 0 when there was none
 * @param overAtNs when arrivals were over, 0 before
 */
record LoopReading(
        long request,
        long atNs,
        Map<Phase, Ledger> ledgers,
        double inFlightIntegral,
        long inFlightMax,
        long cpuNs,
        long errors,
        long firstMeasuredNs,
        long lastMeasuredNs,
        long overAtNs) {
}
