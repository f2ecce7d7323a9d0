package dev.netchurn.server;

import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.EpollLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;

/** Listeners and connections at epoll. Owned by their event loop. */
final class EpollEvents implements TargetEvents {

    private final Syscalls syscalls;
    private final EpollLoop epoll = new EpollLoop();

    EpollEvents(Syscalls syscalls) {
        this.syscalls = syscalls;
    }

    @Override
    public EpollLoop loop() {
        return epoll;
    }

    @Override
    public Listening newListener(AcceptorLoop acceptor, int fd, int endpoint) {
        return new Listener(acceptor, this, fd, endpoint);
    }

    @Override
    public boolean tellsClients() {
        return true;
    }

    @Override
    public SocketWatch newWatch(ServerConnection connection) {
        return new EpollWatch(connection, this);
    }

    IoRegistration register(EpollIoHandle handle) {
        return epoll.register(handle);
    }

    void close(int fd) {
        syscalls.close(fd);
    }

    @Override
    public void close() {
        epoll.close();
    }
}
