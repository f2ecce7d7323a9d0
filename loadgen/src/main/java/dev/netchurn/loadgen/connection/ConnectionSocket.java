package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.SocketAddress;

/**
 * The socket of one connection: those operations that have to be waited for, or may have to, in the engine's own way. The
 * others are system calls on its {@link #number}. Owned by its event loop, and used again for one descriptor after the other.
 */
sealed interface ConnectionSocket permits WatchedSocket, RingSocket {

    /** Takes a new socket. Returns its number or the negative errno. */
    int open(int family);

    /** The descriptor, negative when there is none. */
    int number();

    /**
     * Begins to connect.
     *
     * @return 0 when established, −EINPROGRESS when {@link Connection#connectEnded} will tell, else the negative errno
     */
    int connect(SocketAddress to, LoopLedger ledger);

    /** {@link Connection#ready} will be called once when something can be sent, or the connection is broken. */
    void watchWritable();

    /**
     * {@link Connection#ready} will be called once when something can be read, the peer's FIN and RST included; it may be called
     * before, to see.
     */
    void watchReadable();

    /** As {@link #watchReadable}, after a read that found nothing or not everything. */
    void keepWatchingReadable();

    /** Closes the descriptor; {@link Connection#closed} will be called when that is done, perhaps before this returns. */
    void closeDescriptor();

    /** Gives the descriptor up, with nothing waited for: whoever is given the number has to close it. */
    int giveUp();
}
