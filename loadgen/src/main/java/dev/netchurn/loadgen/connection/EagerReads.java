package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * Sockets that wait for something to read and of which epoll does not know yet. While the event loop starts other connections
 * the peer answers, so when it comes round the answer of the first is there, and of epoll's three parts (epoll_ctl, an event,
 * being taken out at close) none is needed. They are looked at in the order in which they began to wait, up to the first that
 * has nothing to read; if not even one has, all of them go to epoll, and the loop may sleep.
 *
 * <p>What a read finds is the same either way, and so is the time at which it is found or it is earlier. Owned by one event
 * loop.
 */
final class EagerReads {

    /** A look in vain costs one recv(2), a sixth of what epoll costs. */
    private static final double NEEDED_SHARE = 0.5;
    /** After so many the event loop goes on with something else. */
    private static final int MOST_PER_TURN = 64;

    private final EagerChoice choice;
    private @Nullable WatchedSocket first;
    private @Nullable WatchedSocket last;
    private int size;

    EagerReads(ConnectionPlan.Eager eager) {
        this.choice = new EagerChoice(eager, NEEDED_SHARE, Long.MAX_VALUE);
    }

    void freeze() {
        choice.freeze();
    }

    boolean isOn() {
        return choice.isOn();
    }

    /** Adds a socket that is not here. */
    void add(WatchedSocket socket) {
        socket.unasked = true;
        socket.previous = last;
        socket.next = null;
        if (last == null) {
            first = socket;
        } else {
            last.next = socket;
        }
        last = socket;
        size++;
    }

    /** Takes a socket out, wherever it is. */
    void remove(WatchedSocket socket) {
        WatchedSocket before = socket.previous;
        WatchedSocket after = socket.next;
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
        socket.unasked = false;
        socket.previous = null;
        socket.next = null;
        size--;
    }

    /** Goes on with those that can. Without any, epoll knows all of them when this returns. */
    boolean goOn() {
        boolean any = false;
        // What begins to wait meanwhile has had no time yet.
        for (int left = Math.min(size, MOST_PER_TURN); left > 0 && first != null; left--) {
            WatchedSocket socket = first;
            remove(socket);
            if (!socket.look()) {
                choice.miss();
                break;
            }
            choice.hit();
            any = true;
        }
        if (!any) {
            handOver();
        }
        return any;
    }

    private void handOver() {
        for (WatchedSocket socket = first; socket != null; socket = first) {
            remove(socket);
            socket.keepWatchingReadable();
        }
    }
}
