package dev.netchurn.clock;

import java.time.Instant;

/**
 * The machine's clocks, and the only class that reads them. On Linux {@link #nanoTime()} is {@code CLOCK_MONOTONIC}, the
 * same for every process of one machine, so instants taken by two workers can be compared (clock_gettime(2)).
 */
public final class SystemClock implements NanoClock {

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** The wall clock, for stamps in reports only; never for durations. */
    public Instant wallTime() {
        return Instant.now();
    }
}
