package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EINPROGRESS;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The socket of one connection, known to epoll only when it has to be waited for and {@link EagerReads} does not find its answer.
 * Events are one-shot: after one nothing is reported until the next watch, so a connection that holds or stays open needs no
 * call to be left alone.
 *
 * <p>Owned by its event loop, and used again for one descriptor after the other.
 */
final class WatchedSocket extends ConnectionSocket implements EpollIoHandle {

    private static final int EPOLLERR = 0x8;
    private static final int EPOLLHUP = 0x10;
    private static final int EPOLLONESHOT = 1 << 30;
    private static final EpollIoOps ONCE_WRITABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLOUT.value() | EPOLLONESHOT);
    private static final EpollIoOps ONCE_READABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value() | EPOLLONESHOT);
    private static final int NO_FD = -1;

    private final Syscalls syscalls;
    private final EpollSockets sockets;
    private int fd = NO_FD;
    private boolean connecting;
    private @Nullable FileDescriptor descriptor;
    private @Nullable IoRegistration registration;

    WatchedSocket(Connection connection, Syscalls syscalls, EpollSockets sockets) {
        super(connection, sockets.reads);
        this.syscalls = syscalls;
        this.sockets = sockets;
    }

    @Override
    int open(int family) {
        int opened = syscalls.tcpSocket(family, true);
        fd = opened < 0 ? NO_FD : opened;
        return opened;
    }

    @Override
    int number() {
        return fd;
    }

    @Override
    int connect(SocketAddress to, LoopLedger ledger) {
        int result = sockets.connects.connect(syscalls, fd, to, ledger);
        if (result == -EINPROGRESS) {
            connecting = true;
            watchWritable();
        }
        return result;
    }

    @Override
    void watchWritable() {
        watch(ONCE_WRITABLE);
    }

    @Override
    void announceReadable() {
        watch(ONCE_READABLE);
    }

    @Override
    boolean isAnnounced() {
        return registration != null;
    }

    private void watch(EpollIoOps ops) {
        IoRegistration known = registration;
        if (known == null) {
            descriptor = new FileDescriptor(fd);
            known = sockets.epoll.register(this);
            registration = known;
        }
        known.submit(ops);
    }

    @Override
    void closeDescriptor() {
        release();
        connection.closed();
    }

    /**
     * Closes the descriptor, and only then the registration: Netty then knows that the kernel has removed it from epoll, and
     * makes no call for that.
     */
    private void release() {
        if (fd == NO_FD) {
            return;
        }
        connecting = false;
        stopLooking();
        FileDescriptor known = descriptor;
        if (known == null) {
            syscalls.close(fd);
        } else {
            closeWatched(known);
        }
        fd = NO_FD;
    }

    @Override
    int giveUp() {
        stopLooking();
        IoRegistration watched = registration;
        if (watched != null) {
            watched.cancel();
        }
        int number = fd;
        fd = NO_FD;
        descriptor = null;
        registration = null;
        return number;
    }

    private void closeWatched(FileDescriptor known) {
        IoRegistration watched = registration;
        try {
            known.close();
        } catch (IOException e) {
            connection.fault(e);
        }
        if (watched != null) {
            watched.cancel();
        }
        descriptor = null;
        registration = null;
    }

    /** Nothing may leave this method: Netty would stop the loop for a second. */
    @Override
    public void handle(IoRegistration eventOf, IoEvent event) {
        if (eventOf != registration) {
            return;
        }
        try {
            int events = ((EpollIoEvent) event).ops().value();
            if (connecting) {
                connecting = false;
                boolean broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
                connection.connectEnded(broken ? -syscalls.pendingError(fd) : 0);
            } else {
                connection.ready();
            }
        } catch (RuntimeException | Error e) {
            connection.abort(e);
        }
    }

    @Override
    public FileDescriptor fd() {
        FileDescriptor known = descriptor;
        if (known == null) {
            throw new IllegalStateException("only a watched socket has a descriptor of Netty's");
        }
        return known;
    }

    /** Called by Netty when the event loop ends. */
    @Override
    public void close() {
        release();
    }
}
