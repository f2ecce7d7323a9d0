package dev.netchurn.clock;

/** A monotonic clock in nanoseconds. Only differences mean something; tests inject one that they move by hand. */
@FunctionalInterface
public interface NanoClock {

    /** Now, in nanoseconds from an arbitrary origin. Safe to call from any thread. */
    long nanoTime();
}
