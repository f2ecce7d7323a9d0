package dev.netchurn.loadgen.pacing;

import dev.netchurn.loadgen.arrival.ArrivalPlan;

/**
 * The part of a plan that falls to one event loop. What is numbered {@code l, l + L, l + 2L, …} belongs to loop {@code l} of
 * {@code L}, so the loops need no common counter and their parts add up exactly.
 *
 * @param loop 0 to {@code loops − 1}
 * @param inFlightLimit connections in flight at a time, at least 1
 * @param measuredArrivals to start in the measurement, {@link Long#MAX_VALUE} when only time ends it
 */
record LoopShare(int loop, int loops, int inFlightLimit, long measuredArrivals) {

    static LoopShare of(LoadPlan plan, int loop) {
        int loops = plan.loopsUsed();
        int limit = switch (plan.arrival()) {
            case ArrivalPlan.ClosedLoop closed -> closed.concurrency();
            case ArrivalPlan.OpenLoop _ -> plan.maxInFlight();
        };
        long measured = plan.measuredConnections() == 0 ? Long.MAX_VALUE : part(plan.measuredConnections(), loop, loops);
        return new LoopShare(loop, loops, (int) part(limit, loop, loops), measured);
    }

    /** How many of the numbers below {@code total} leave the remainder {@code loop} when divided by {@code loops}. */
    static long part(long total, int loop, int loops) {
        return total / loops + (loop < total % loops ? 1 : 0);
    }
}
