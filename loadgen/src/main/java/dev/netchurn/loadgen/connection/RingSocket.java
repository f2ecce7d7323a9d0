package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EINPROGRESS;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.transport.UringEntries;

/**
 * The socket of one connection on an io_uring. At most one operation is under way at a time besides its cancellation: an
 * operation holds the socket open, so a close waits for its end (io_uring keeps a reference to the file).
 *
 * <p>Owned by its event loop, and used again for one descriptor after the other.
 */
final class RingSocket extends ConnectionSocket {

    private static final int NO_FD = -1;

    private final RingSockets ring;
    private int fd = NO_FD;
    private boolean underWay;
    private boolean closing;

    RingSocket(Connection connection, RingSockets ring) {
        super(connection, ring.reads);
        this.ring = ring;
    }

    @Override
    int open(int family) {
        int opened = ring.open(this, family);
        fd = opened < 0 ? NO_FD : opened;
        return opened;
    }

    @Override
    int number() {
        return fd;
    }

    @Override
    int connect(SocketAddress to, LoopLedger ledger) {
        ledger.notEager();
        underWay = true;
        ring.connect(fd, to);
        return -EINPROGRESS;
    }

    @Override
    void watchWritable() {
        underWay = true;
        ring.awaitWritable(fd);
    }

    @Override
    void announceReadable() {
        underWay = true;
        ring.awaitReadable(fd);
    }

    @Override
    boolean isAnnounced() {
        return false;
    }

    @Override
    void closeDescriptor() {
        stopLooking();
        if (fd == NO_FD) {
            connection.closed();
        } else if (!closing) {
            closing = true;
            if (underWay) {
                ring.cancel(fd);
            } else {
                ring.close(fd);
            }
        }
    }

    @Override
    int giveUp() {
        stopLooking();
        int number = fd;
        ring.forget(fd);
        fd = NO_FD;
        return number;
    }

    /** The operation that was under way has ended. */
    void completed(byte operation, int result) {
        underWay = false;
        if (closing) {
            ring.close(fd);
        } else if (operation == UringEntries.CONNECT) {
            connection.connectEnded(-result);
        } else {
            connection.ready();
        }
    }

    /** The descriptor is closed. */
    void closeDone() {
        closing = false;
        fd = NO_FD;
        connection.closed();
    }

    void abort(Throwable fault) {
        connection.abort(fault);
    }
}
