package dev.netchurn.server;

/** A connection on an io_uring: each wait is a poll entry of its own. Owned by its event loop. */
final class RingWatch implements SocketWatch {

    private final ServerConnection connection;
    private final RingEvents ring;
    private int fd = -1;
    private boolean waiting;

    RingWatch(ServerConnection connection, RingEvents ring) {
        this.connection = connection;
        this.ring = ring;
    }

    @Override
    public void open(int accepted) {
        fd = accepted;
        waiting = false;
        ring.uses(fd, this);
    }

    @Override
    public void awaitReadable() {
        if (!waiting) {
            waiting = true;
            ring.awaitReadable(fd);
        }
    }

    /** Not for reading: bytes that nobody takes would complete it again and again. */
    @Override
    public void awaitRoom() {
        if (!waiting) {
            waiting = true;
            ring.awaitWritable(fd);
        }
    }

    @Override
    public void awaitRoomAfterFin() {
        awaitRoom();
    }

    @Override
    public void lookAgain() {
        awaitReadable();
    }

    @Override
    public boolean isKnownToLoop() {
        return waiting;
    }

    @Override
    public void closeDescriptor() {
        ring.close(fd, waiting);
        waiting = false;
        fd = -1;
    }

    /** The wait is over. */
    void completed() {
        waiting = false;
        connection.woken();
    }

    /** The loop ends. */
    void close() {
        connection.close();
    }
}
