package dev.netchurn.loadgen.pacing;

/** Starts the arrivals of one event loop when they are due. Owned by the event loop. */
sealed interface Starts permits ClosedLoopStarts, OpenLoopStarts {

    /** Connections started in a turn before the event loop looks at its sockets again. */
    int MOST_PER_TURN = 16;

    /** Stands for a start that waits for something else than time. */
    long NEVER = Long.MAX_VALUE;

    /** Starts what is due, at most {@link #MOST_PER_TURN}. */
    void startDue(long nowNs);

    /** Until the next start: 0 or less for at once, {@link #NEVER} when a connection must end first or none is left. */
    long remainingNs(long nowNs);

    /** No arrival is intended any more after this instant; some that were may still wait for a place. */
    boolean isOver(long nowNs);

    /** Whether arrivals that were due wait for a place. */
    boolean isQueueing(long nowNs);

    /** No arrivals from here on; what was due and waits for a place is shed. */
    void stop(long nowNs);

    /** The first connection of the measurement, 0 when there was none. */
    long firstMeasuredNs();

    /** The last connection of the measurement, 0 when there was none. */
    long lastMeasuredNs();
}
