package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.worker.Ticks;
import org.jspecify.annotations.Nullable;

/**
 * What the schedule of a run asks for at an instant. Immutable.
 *
 * @param open the schedule; null in closed loop, where nothing is asked for
 * @param measureFromNs begin of the measurement on the monotonic clock
 * @param measureNs its length, above 0
 */
public record OfferedRate(ArrivalPlan.@Nullable OpenLoop open, long measureFromNs, long measureNs) {

    /** Of a plan that has been given its start. */
    public static OfferedRate of(LoadPlan plan, Ticks ticks) {
        return new OfferedRate(plan.arrival() instanceof ArrivalPlan.OpenLoop schedule ? schedule : null,
                ticks.startAtNs() + ticks.warmupNs(), Math.max(1, plan.measureNs()));
    }

    /** Arrivals per second; a ramp begins with the measurement. Null in closed loop. */
    public @Nullable Double at(long atNs) {
        if (open == null) {
            return null;
        }
        double passed = Math.clamp((double) (atNs - measureFromNs) / measureNs, 0, 1);
        return open.fromPerSecond() + (open.toPerSecond() - open.fromPerSecond()) * passed;
    }
}
