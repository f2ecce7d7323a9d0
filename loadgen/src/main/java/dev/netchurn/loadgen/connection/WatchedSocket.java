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
final class WatchedSocket implements ConnectionSocket, EpollIoHandle {

    private static final int EPOLLERR = 0x8;
    private static final int EPOLLHUP = 0x10;
    private static final int EPOLLONESHOT = 1 << 30;
    private static final EpollIoOps ONCE_WRITABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLOUT.value() | EPOLLONESHOT);
    private static final EpollIoOps ONCE_READABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value() | EPOLLONESHOT);
    private static final int NO_FD = -1;

    // Kept by EagerReads.
    boolean unasked;
    @Nullable WatchedSocket previous;
    @Nullable WatchedSocket next;

    private final Connection connection;
    private final Syscalls syscalls;
    private final EpollSockets sockets;
    private int fd = NO_FD;
    private boolean connecting;
    private boolean nothingToRead;
    private @Nullable FileDescriptor descriptor;
    private @Nullable IoRegistration registration;

    WatchedSocket(Connection connection, Syscalls syscalls, EpollSockets sockets) {
        this.connection = connection;
        this.syscalls = syscalls;
        this.sockets = sockets;
    }

    @Override
    public int open(int family) {
        int opened = syscalls.tcpSocket(family, true);
        fd = opened < 0 ? NO_FD : opened;
        return opened;
    }

    @Override
    public int number() {
        return fd;
    }

    @Override
    public int connect(SocketAddress to, LoopLedger ledger) {
        int result = sockets.connects.connect(syscalls, fd, to, ledger);
        if (result == -EINPROGRESS) {
            connecting = true;
            watchWritable();
        }
        return result;
    }

    @Override
    public void watchWritable() {
        watch(ONCE_WRITABLE);
    }

    @Override
    public void watchReadable() {
        if (registration == null && sockets.reads.isOn()) {
            sockets.reads.add(this);
        } else {
            watch(ONCE_READABLE);
        }
    }

    @Override
    public void keepWatchingReadable() {
        nothingToRead = true;
        watch(ONCE_READABLE);
    }

    /** Lets the connection read before epoll has told anything; false when it still waits. Nothing leaves this method. */
    boolean look() {
        nothingToRead = false;
        try {
            connection.ready();
        } catch (RuntimeException | Error e) {
            connection.abort(e);
        }
        return !nothingToRead;
    }

    private void leaveEagerReads() {
        if (unasked) {
            sockets.reads.remove(this);
        }
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
    public void closeDescriptor() {
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
        leaveEagerReads();
        FileDescriptor known = descriptor;
        if (known == null) {
            syscalls.close(fd);
        } else {
            closeWatched(known);
        }
        fd = NO_FD;
    }

    @Override
    public int giveUp() {
        leaveEagerReads();
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
