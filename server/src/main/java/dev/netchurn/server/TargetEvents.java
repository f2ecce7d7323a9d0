package dev.netchurn.server;

import dev.netchurn.transport.DrivenLoop;

/** By which means the listeners and connections of one event loop are waited for. Owned by that loop's thread. */
sealed interface TargetEvents permits EpollEvents, RingEvents {

    DrivenLoop loop();

    /** @param endpoint the place of the listener's endpoint in the plan, part of the key of an accept time */
    Listening newListener(AcceptorLoop acceptor, int fd, int endpoint);

    /** Whether an accept says who the client is. */
    boolean tellsClients();

    SocketWatch newWatch(ServerConnection connection);

    /** Closes what is still open of the connections that wait, and the loop. */
    void close();
}
