package dev.netchurn.loadgen.arrival;

/**
 * When the arrivals of one event loop are intended to start, in nanoseconds after the start of their phase. Pure
 * arithmetic on the index: nothing is rounded before it is handed out, so a schedule does not drift however long it runs.
 *
 * <p>The arrivals of a run are dealt to its event loops in turn: loop {@code l} of {@code L} gets those whose number over
 * all loops is {@code l, l + L, l + 2L, …}. Times never decrease with the index. Owned by one event loop.
 */
public sealed interface ArrivalSchedule permits ConstantSchedule, RampSchedule, PoissonSchedule {

    /** Returned for an arrival that the schedule does not have, beyond the end of a ramp. */
    long NEVER = Long.MAX_VALUE;

    /**
     * The intended start of this event loop's arrival {@code k}, counted from 0.
     *
     * @param k not below that of the previous call, and at most one above it
     */
    long intendedNs(long k);

    /**
     * The schedule of the warm-up, which holds the rate that the measurement starts with.
     *
     * @param loop 0 to {@code loops − 1}
     */
    static ArrivalSchedule warmup(ArrivalPlan.OpenLoop plan, int loop, int loops) {
        return switch (plan.spacing()) {
            case CONSTANT -> new ConstantSchedule(plan.fromPerSecond(), loop, loops);
            case POISSON -> new PoissonSchedule(plan.fromPerSecond(), plan.fromPerSecond(), 0, ~plan.seed(), loop, loops);
        };
    }

    /**
     * The schedule of the measurement.
     *
     * @param measureNs over which a ramp goes from its first to its last rate, above 0
     */
    static ArrivalSchedule measurement(ArrivalPlan.OpenLoop plan, long measureNs, int loop, int loops) {
        return switch (plan.spacing()) {
            case CONSTANT -> plan.isRamp()
                    ? new RampSchedule(plan.fromPerSecond(), plan.toPerSecond(), measureNs, loop, loops)
                    : new ConstantSchedule(plan.fromPerSecond(), loop, loops);
            case POISSON ->
                    new PoissonSchedule(plan.fromPerSecond(), plan.toPerSecond(), measureNs, plan.seed(), loop, loops);
        };
    }
}
