package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * Sockets that wait for something to read and whose announcement the kernel was not asked for yet. While the event loop starts
 * other connections the peer answers, so when it comes round the answer of the first is there, and neither epoll's three parts
 * (epoll_ctl, an event, being taken out at close) nor an entry of a ring is needed. They are looked at in the order in which they
 * began to wait, up to the first that has nothing to read; if not even one has, all are to be announced, and the loop may sleep.
 *
 * <p>What a read finds is the same either way, and so is the time at which it is found or it is earlier. Owned by one event
 * loop.
 */
final class EagerReads {

    /** A look in vain costs one recv(2); a hit saves more than that. */
    private static final double NEEDED_SHARE = 0.5;
    /** After so many the event loop goes on with something else. */
    private static final int MOST_PER_TURN = 64;

    private final EagerChoice choice;
    private @Nullable ConnectionSocket first;
    private @Nullable ConnectionSocket last;
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
    void add(ConnectionSocket socket) {
        socket.unannounced = true;
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
    void remove(ConnectionSocket socket) {
        ConnectionSocket before = socket.previous;
        ConnectionSocket after = socket.next;
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
        socket.unannounced = false;
        socket.previous = null;
        socket.next = null;
        size--;
    }

    /** Goes on with those that can. Without any, all of them will be announced when this returns. */
    boolean goOn() {
        boolean any = false;
        // What begins to wait meanwhile has had no time yet.
        for (int left = Math.min(size, MOST_PER_TURN); left > 0 && first != null; left--) {
            ConnectionSocket socket = first;
            remove(socket);
            if (!socket.look()) {
                choice.miss();
                break;
            }
            choice.hit();
            any = true;
        }
        if (!any) {
            announceAll();
        }
        return any;
    }

    private void announceAll() {
        for (ConnectionSocket socket = first; socket != null; socket = first) {
            remove(socket);
            socket.keepWatchingReadable();
        }
    }
}
