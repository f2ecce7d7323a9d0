package dev.netchurn.loadgen.connection;

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
    private final LinkedQueue<ConnectionSocket> waiting = new LinkedQueue<>();

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
        waiting.add(socket);
    }

    /** Goes on with those that can. Without any, all of them will be announced when this returns. */
    boolean goOn() {
        boolean any = false;
        ConnectionSocket socket = waiting.first();
        // What begins to wait meanwhile has had no time yet.
        for (int left = Math.min(waiting.size(), MOST_PER_TURN); left > 0 && socket != null; left--) {
            waiting.remove(socket);
            if (!socket.look()) {
                choice.miss();
                break;
            }
            choice.hit();
            any = true;
            socket = waiting.first();
        }
        if (!any) {
            announceAll();
        }
        return any;
    }

    private void announceAll() {
        for (ConnectionSocket socket = waiting.first(); socket != null; socket = waiting.first()) {
            waiting.remove(socket);
            socket.keepWatchingReadable();
        }
    }
}
