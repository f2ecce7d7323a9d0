package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.EpollLoop;

/** Sockets that are known to epoll only when something has to be waited for. Owned by their event loop. */
final class EpollSockets implements EngineSockets {

    final EpollLoop epoll = new EpollLoop();
    final EagerConnect connects;
    final EagerReads reads;

    private final Syscalls syscalls;

    EpollSockets(Syscalls syscalls, ConnectionPlan.Eager eager) {
        this.syscalls = syscalls;
        this.connects = new EagerConnect(eager);
        this.reads = new EagerReads(eager);
    }

    @Override
    public ConnectionSocket newSocket(Connection connection) {
        return new WatchedSocket(connection, syscalls, this);
    }

    @Override
    public EpollLoop loop() {
        return epoll;
    }

    @Override
    public boolean goOn() {
        return reads.goOn();
    }

    @Override
    public void settle() {
        connects.freeze();
        reads.freeze();
    }

    @Override
    public void finishCloses() {
        // close(2) is done when it returns.
    }
}
