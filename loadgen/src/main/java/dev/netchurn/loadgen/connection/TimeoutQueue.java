package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * Connections that wait for something, in the order of their deadlines. The bound is the same for all of them, so first in
 * is first due: a linked list through the connections themselves, without a timer or an object per wait. Owned by one
 * event loop.
 */
final class TimeoutQueue {

    /** After so many in one turn the event loop goes on with something else. */
    private static final int MOST_EXPIRED_PER_TURN = 64;

    /** Stands for no deadline. */
    static final long NEVER = Long.MAX_VALUE;

    private final long timeoutNs;
    private final LinkedQueue<Waiting> waiting = new LinkedQueue<>();

    /** With a bound of {@link #NEVER} connections only wait to be found by {@link #first}. */
    TimeoutQueue(long timeoutNs) {
        this.timeoutNs = timeoutNs;
    }

    /** Adds a connection that is in no queue and has waited since {@code sinceNs}. */
    void add(Waiting connection, long sinceNs) {
        connection.waitingSinceNs = sinceNs;
        waiting.add(connection);
    }

    @Nullable Waiting first() {
        return waiting.first();
    }

    /** The first connection if its time is up. */
    @Nullable Waiting expired(long nowNs) {
        return remainingNs(nowNs) <= 0 ? waiting.first() : null;
    }

    /** Until the first deadline; 0 or less when it has passed, {@link #NEVER} when there is none. */
    long remainingNs(long nowNs) {
        Waiting first = waiting.first();
        return first == null || timeoutNs == NEVER ? NEVER : timeoutNs - (nowNs - first.waitingSinceNs);
    }

    /** Tells those whose time is up. Between turns of the event loop only. */
    void endExpired(long nowNs) {
        for (int ended = 0; ended < MOST_EXPIRED_PER_TURN; ended++) {
            Waiting connection = expired(nowNs);
            if (connection == null) {
                return;
            }
            try {
                connection.timeIsUp();
            } catch (RuntimeException | Error e) {
                connection.abort(e);
            }
        }
    }

    /** Gives everything that waits here its last outcome. */
    void endAll() {
        for (Waiting connection = first(); connection != null; connection = first()) {
            connection.endOfRun();
        }
    }
}
