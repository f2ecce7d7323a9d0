package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.UringEntries;
import dev.netchurn.transport.UringLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sockets whose connects, waits and closes are entries of one io_uring, submitted together once per turn. One registration
 * with Netty serves all of them; an entry's user data is the descriptor, so the entries of a descriptor are made once and used
 * for every connection that gets its number.
 *
 * <p>Owned by their event loop.
 */
final class RingSockets implements EngineSockets, IoUringIoHandle {

    private static final long LONGEST_WAIT_NS = 10_000_000L;
    private static final int MOST_WAITS = 500;

    final EagerReads reads;

    private final Syscalls syscalls;
    private final Arena arena;
    private final UringLoop ring;
    private final IoRegistration registration;
    private @Nullable UringEntries[] entries = new UringEntries[1024];
    private @Nullable RingSocket[] users = new RingSocket[1024];
    /** Closes whose completions are still to come although the descriptor has been given away again. */
    private int[] staleCloses = new int[1024];
    private int closing;

    /** @param mostInFlight each has one operation under way at a time, and perhaps its cancellation */
    RingSockets(Syscalls syscalls, Arena arena, ConnectionPlan.Eager eager, int mostInFlight) {
        this.reads = new EagerReads(eager);
        this.syscalls = syscalls;
        this.arena = arena;
        this.ring = new UringLoop(mostInFlight);
        this.registration = ring.register(this);
    }

    @Override
    public ConnectionSocket newSocket(Connection connection) {
        return new RingSocket(connection, this);
    }

    @Override
    public UringLoop loop() {
        return ring;
    }

    @Override
    public boolean goOn() {
        return reads.goOn();
    }

    @Override
    public void settle() {
        reads.freeze();
    }

    @Override
    public void finishCloses() {
        for (int waits = 0; closing > 0 && waits < MOST_WAITS; waits++) {
            ring.run(LONGEST_WAIT_NS);
        }
    }

    /** socket(2) for {@code user}. Returns the descriptor or the negative errno. */
    int open(RingSocket user, int family) {
        int fd = syscalls.tcpSocket(family, true);
        if (fd >= 0) {
            makeRoom(fd);
            RingSocket previous = users[fd];
            if (previous != null) {
                // The kernel has closed the descriptor, or it would not have given it away again; that news is on its way.
                staleCloses[fd]++;
                closed(previous);
            }
            users[fd] = user;
        }
        return fd;
    }

    private void makeRoom(int fd) {
        if (fd >= users.length) {
            int length = Integer.highestOneBit(fd) << 1;
            users = Arrays.copyOf(users, length);
            entries = Arrays.copyOf(entries, length);
            staleCloses = Arrays.copyOf(staleCloses, length);
        }
    }

    private UringEntries entriesOf(int fd) {
        UringEntries known = entries[fd];
        if (known == null) {
            known = new UringEntries(fd, arena);
            entries[fd] = known;
        }
        return known;
    }

    void connect(int fd, SocketAddress to) {
        registration.submit(entriesOf(fd).connect(to));
    }

    void awaitWritable(int fd) {
        registration.submit(entriesOf(fd).writable());
    }

    void awaitReadable(int fd) {
        registration.submit(entriesOf(fd).readable());
    }

    void cancel(int fd) {
        registration.submit(entriesOf(fd).cancel());
    }

    void close(int fd) {
        closing++;
        registration.submit(entriesOf(fd).close());
    }

    /** The descriptor is no longer ours, although it is open. */
    void forget(int fd) {
        users[fd] = null;
    }

    private void closed(RingSocket socket) {
        closing--;
        socket.closeDone();
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        IoUringIoEvent completion = (IoUringIoEvent) event;
        int fd = UringEntries.descriptor(completion.userData());
        RingSocket user = users[fd];
        byte operation = completion.opcode();
        if (operation == UringEntries.CLOSE && staleCloses[fd] > 0) {
            staleCloses[fd]--;
        } else if (user != null && operation != UringEntries.CANCEL) {
            try {
                if (operation == UringEntries.CLOSE) {
                    users[fd] = null;
                    closed(user);
                } else {
                    user.completed(operation, completion.res());
                }
            } catch (RuntimeException | Error e) {
                user.abort(e);
            }
        }
    }

    /** Called by Netty when the loop ends; every connection has been closed before. */
    @Override
    public void close() {
        registration.cancel();
    }
}
