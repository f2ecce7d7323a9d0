package dev.netchurn.loadgen.connection;

import dev.netchurn.transport.DrivenLoop;

/** How the sockets of one lean engine are waited for. Owned by its event loop. */
sealed interface EngineSockets permits EpollSockets, RingSockets {

    ConnectionSocket newSocket(Connection connection);

    DrivenLoop loop();

    /**
     * Goes on with connections that need not wait for an event; once per turn, before {@link #loop} is run. When it says true
     * the loop must not sleep.
     */
    boolean goOn();

    /** The measurement begins: what was to be found out during the warm-up is settled. */
    void settle();

    /** Waits until every close that was begun is done. */
    void finishCloses();
}
