package dev.netchurn.server;

/**
 * One event loop of a target: its listeners and every connection they accept. Nothing is shared with other loops.
 *
 * <p>Owned by the thread that constructs it, which also calls {@link #run} and {@link #close}. Other threads may call
 * {@link #stop}, {@link #cpuNs} and read {@link #books} and {@link #acceptedNs}.
 */
sealed interface TargetLoop extends AutoCloseable permits AcceptorLoop, ChannelAcceptorLoop {

    /** Works until {@link #stop}. A fault of our own is counted and does not end it. */
    void run();

    /** Makes {@link #run} return soon. Safe to call from any thread. */
    void stop();

    LoopBooks books();

    /** CPU time of the loop's thread as it published it last, at most 20 ms of work ago. Safe to call from any thread. */
    long cpuNs();

    /** As {@link AcceptTimes#get}; {@link AcceptTimes#UNKNOWN} where the engine is not told who the client is. */
    long acceptedNs(long key, long sinceNs);

    /** Closes the listeners and every connection that is still open; the books keep those as open. */
    @Override
    void close();
}
