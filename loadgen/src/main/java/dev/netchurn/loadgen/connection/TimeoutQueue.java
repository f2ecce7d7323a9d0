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
    private @Nullable Waiting first;
    private @Nullable Waiting last;

    /** With a bound of {@link #NEVER} connections only wait to be found by {@link #first}. */
    TimeoutQueue(long timeoutNs) {
        this.timeoutNs = timeoutNs;
    }

    /** Adds a connection that is in no queue and has waited since {@code sinceNs}. */
    void add(Waiting connection, long sinceNs) {
        connection.waitingSinceNs = sinceNs;
        connection.queue = this;
        connection.previous = last;
        connection.next = null;
        if (last == null) {
            first = connection;
        } else {
            last.next = connection;
        }
        last = connection;
    }

    /** Takes a connection out, wherever it is in the queue. */
    void remove(Waiting connection) {
        Waiting before = connection.previous;
        Waiting after = connection.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        connection.queue = null;
        connection.previous = null;
        connection.next = null;
    }

    @Nullable Waiting first() {
        return first;
    }

    /** The first connection if its time is up. */
    @Nullable Waiting expired(long nowNs) {
        return first != null && remainingNs(nowNs) <= 0 ? first : null;
    }

    /** Until the first deadline; 0 or less when it has passed, {@link #NEVER} when there is none. */
    long remainingNs(long nowNs) {
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
        for (Waiting connection = first; connection != null; connection = first) {
            connection.endOfRun();
        }
    }
}
