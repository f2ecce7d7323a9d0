package dev.netchurn.loadgen.connection;

import dev.netchurn.clock.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Carries the connections of one event loop from their start to their outcomes. Pacing says when one starts; how it
 * connects, exchanges and ends is the engine's. Every engine follows the same plan and writes the same books.
 *
 * <p>Owned by the thread that constructs it, which also drives it: start what is due, {@link #endOverdue}, then {@link #run}
 * or {@link #runNow}. Only {@link #wakeup} may be called from elsewhere.
 */
public sealed interface ClientEngine extends AutoCloseable permits Connections, ChannelEngine {

    /**
     * Makes the engine of one event loop, on the thread that will drive it.
     *
     * @param anyBook a book to begin with; every connection is given its own
     * @param lingers who closes with {@code linger}; null with every other way to close
     */
    static ClientEngine open(EnginePlan plan, NanoClock clock, PhaseBook anyBook, @Nullable LingerExecutor lingers) {
        return switch (plan.engine()) {
            case EPOLL, IO_URING -> new Connections(plan, clock, anyBook, lingers instanceof Closers own ? own : null);
            case CHANNEL -> new ChannelEngine(plan, clock, lingers instanceof NettyLingerExecutor nettys ? nettys : null);
        };
    }

    /**
     * Starts the connection of one arrival; it may be over when this returns.
     *
     * @param intendedNs when it was to start; not used in a closed loop
     */
    void start(PhaseBook book, long intendedNs);

    /** The measurement begins: what was to be found out during the warm-up is settled. */
    void freezeEager();

    /** Lets go of what has waited too long and closes what has been held long enough. Between turns of the event loop only. */
    void endOverdue(long nowNs);

    /** Until {@link #endOverdue} has something to do: 0 or less for at once, {@link Long#MAX_VALUE} for never. */
    long remainingNs(long nowNs);

    /** Whether events can come that have to be waited for. */
    boolean awaitsEvents();

    /** Waits at most {@code waitNs} (above 0) for an event or a wake-up, and handles what is ready. */
    void run(long waitNs);

    /** Handles what is ready, without waiting. */
    void runNow();

    /** Ends a wait early, also one that is just about to begin. Safe to call from any thread, also after {@link #close}. */
    void wakeup();

    /** Gives everything that is still alive its last outcome and closes it. */
    void endAll();

    /** What this engine can tell of itself: counts in flight, faults, CPU time. */
    EngineVitals vitals();

    /** As {@link #endAll}; frees what the engine holds. */
    @Override
    void close();
}
