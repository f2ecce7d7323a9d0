package dev.netchurn.loadgen.arrival;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** When connections start. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "model")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ArrivalPlan.ClosedLoop.class, name = "closed"),
    @JsonSubTypes.Type(value = ArrivalPlan.OpenLoop.class, name = "open")
})
public sealed interface ArrivalPlan {

    /**
     * A new connection starts when one has ended.
     *
     * @param concurrency connections at a time, 1 to 1 000 000, over all event loops
     */
    record ClosedLoop(int concurrency) implements ArrivalPlan {
        public ClosedLoop {
            if (concurrency < 1 || concurrency > 1_000_000) {
                throw new IllegalArgumentException("a concurrency is between 1 and 1m, not " + concurrency);
            }
        }
    }

    /** How intended starts are spread. */
    enum Spacing {
        CONSTANT, POISSON
    }

    /**
     * Connections start on a schedule, however the target fares.
     *
     * @param fromPerSecond rate at the start of the measurement and during the warm-up, above 0 and at most 10 million
     * @param toPerSecond rate at the end of the measurement; equal to {@code fromPerSecond} without a ramp
     * @param spacing constant, or exponential gaps
     * @param seed of the exponential gaps
     */
    record OpenLoop(double fromPerSecond, double toPerSecond, Spacing spacing, long seed) implements ArrivalPlan {
        public OpenLoop {
            if (!(fromPerSecond > 0 && fromPerSecond <= 10e6 && toPerSecond > 0 && toPerSecond <= 10e6)) {
                throw new IllegalArgumentException("a rate is above 0 and at most 10m connections per second");
            }
        }

        /** Whether the rate changes over the measurement. */
        public boolean isRamp() {
            return fromPerSecond != toPerSecond;
        }
    }
}
