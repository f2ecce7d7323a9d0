package dev.netchurn.server;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A connection at epoll, from its first wait on. It is watched for EPOLLIN, edge-triggered: a FIN and an RST raise EPOLLIN as
 * well (net/ipv4/tcp.c, tcp_poll), the single bit is an event that Netty has cached, and an edge needs no system call to silence
 * it while a delayed close waits.
 */
final class EpollWatch implements SocketWatch, EpollIoHandle {

    private static final int EPOLLET = 1 << 31;
    private static final EpollIoOps READABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value() | EPOLLET);
    private static final EpollIoOps READABLE_OR_WRITABLE =
            EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value() | EpollIoOps.EPOLLOUT.value() | EPOLLET);
    private static final EpollIoOps WRITABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLOUT.value() | EPOLLET);

    private final ServerConnection connection;
    private final EpollEvents events;
    private int fd = -1;
    private @Nullable FileDescriptor descriptor;
    private @Nullable IoRegistration registration;

    EpollWatch(ServerConnection connection, EpollEvents events) {
        this.connection = connection;
        this.events = events;
    }

    @Override
    public void open(int accepted) {
        fd = accepted;
    }

    @Override
    public void awaitReadable() {
        if (registration == null) {
            registration().submit(READABLE);
        }
    }

    @Override
    public void awaitRoom() {
        registration().submit(READABLE_OR_WRITABLE);
    }

    @Override
    public void awaitRoomAfterFin() {
        registration().submit(WRITABLE);
    }

    /** A change of interest makes the kernel look again, although the edge has passed. */
    @Override
    public void lookAgain() {
        registration().submit(READABLE);
    }

    private IoRegistration registration() {
        IoRegistration known = registration;
        if (known == null) {
            descriptor = new FileDescriptor(fd);
            known = events.register(this);
            registration = known;
        }
        return known;
    }

    @Override
    public boolean isKnownToLoop() {
        return registration != null;
    }

    /** The descriptor goes first: Netty leaves out EPOLL_CTL_DEL for one that is closed already. */
    @Override
    public void closeDescriptor() {
        FileDescriptor watched = descriptor;
        IoRegistration known = registration;
        if (watched == null) {
            events.close(fd);
        } else {
            try {
                watched.close();
            } catch (IOException e) {
                connection.countFault();
            }
            if (known != null) {
                known.cancel();
            }
        }
        descriptor = null;
        registration = null;
        fd = -1;
    }

    @Override
    public FileDescriptor fd() {
        FileDescriptor known = descriptor;
        if (known == null) {
            throw new IllegalStateException("a connection that is not watched has no descriptor object");
        }
        return known;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        connection.woken();
    }

    /** Called by Netty when the loop ends. */
    @Override
    public void close() {
        connection.close();
    }
}
