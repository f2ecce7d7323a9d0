package dev.netchurn.loadgen.pacing;

/**
 * How long to leave the machine alone after it lacked a port, a descriptor or memory: 1 ms, doubled each time up to 100 ms,
 * from the beginning again after a success. Owned by one event loop.
 */
final class Backoff {

    static final long FIRST_NS = 1_000_000L;
    static final long LONGEST_NS = 100_000_000L;

    private long nextNs = FIRST_NS;
    private long untilNs;
    private boolean waiting;

    void shortage(long nowNs) {
        untilNs = nowNs + nextNs;
        nextNs = Math.min(2 * nextNs, LONGEST_NS);
        waiting = true;
    }

    /** The next shortage begins with the shortest wait again; one that is under way is not cut short. */
    void success() {
        nextNs = FIRST_NS;
    }

    /** Until the next attempt, 0 or less for at once. */
    long remainingNs(long nowNs) {
        return waiting ? untilNs - nowNs : 0;
    }
}
