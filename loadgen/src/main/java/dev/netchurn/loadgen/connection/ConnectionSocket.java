package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.SocketAddress;

/**
 * The socket of one connection: those operations that have to be waited for, or may have to, in the engine's own way. The
 * others are system calls on its {@link #number}. Owned by its event loop, and used again for one descriptor after the other.
 */
abstract sealed class ConnectionSocket extends Linked<ConnectionSocket> permits WatchedSocket, RingSocket {

    final Connection connection;
    private final EagerReads reads;
    private boolean nothingToRead;

    ConnectionSocket(Connection connection, EagerReads reads) {
        this.connection = connection;
        this.reads = reads;
    }

    /** Takes a new socket. Returns its number or the negative errno. */
    abstract int open(int family);

    /** The descriptor, negative when there is none. */
    abstract int number();

    /**
     * Begins to connect.
     *
     * @return 0 when established, −EINPROGRESS when {@link Connection#connectEnded} will tell, else the negative errno
     */
    abstract int connect(SocketAddress to, LoopLedger ledger);

    /** {@link Connection#ready} will be called once when something can be sent, or the connection is broken. */
    abstract void watchWritable();

    /**
     * {@link Connection#ready} will be called once when something can be read, the peer's FIN and RST included; it may be called
     * before, to see.
     */
    final void watchReadable() {
        if (reads.isOn() && !isAnnounced()) {
            reads.add(this);
        } else {
            announceReadable();
        }
    }

    /** As {@link #watchReadable}, after a read that found nothing or not everything. */
    final void keepWatchingReadable() {
        nothingToRead = true;
        announceReadable();
    }

    /** Lets the connection read before anything was announced; false when it still waits. Nothing leaves this method. */
    final boolean look() {
        nothingToRead = false;
        try {
            connection.ready();
        } catch (RuntimeException | Error e) {
            connection.abort(e);
        }
        return !nothingToRead;
    }

    /** Has the kernel announce that something can be read. */
    abstract void announceReadable();

    /** Whether the kernel knows this descriptor as one to be watched already, so that an announcement is cheap. */
    abstract boolean isAnnounced();

    /** Closes the descriptor; {@link Connection#closed} will be called when that is done, perhaps before this returns. */
    abstract void closeDescriptor();

    /** Gives the descriptor up, with nothing waited for: whoever is given the number has to close it. */
    abstract int giveUp();

    /** Before the descriptor goes. */
    final void stopLooking() {
        if (in != null) {
            in.remove(this);
        }
    }
}
