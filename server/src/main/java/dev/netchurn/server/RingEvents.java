package dev.netchurn.server;

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
 * Listeners and connections on one io_uring: accepts, waits and closes are its entries, submitted together once per turn, and
 * one registration with Netty serves all of them. Owned by their event loop.
 */
final class RingEvents implements TargetEvents, IoUringIoHandle {

    private static final int ENDED_PER_TURN = 1024;
    private static final long LONGEST_WAIT_NS = 10_000_000L;
    private static final int MOST_WAITS = 500;

    private final Syscalls syscalls;
    private final Arena arena;
    private final UringLoop ring = new UringLoop(UringLoop.MOST_UNDER_WAY);
    private final IoRegistration registration = ring.register(this);
    private @Nullable UringEntries[] entries = new UringEntries[1024];
    private @Nullable RingWatch[] users = new RingWatch[1024];
    private @Nullable RingListener[] listeners = new RingListener[1024];
    /** Waits that were given up and whose completions are still to come, although the descriptor may have a new user. */
    private int[] staleWaits = new int[1024];
    private int underWay;
    private boolean ending;
    private boolean ended;

    RingEvents(Syscalls syscalls, Arena arena) {
        this.syscalls = syscalls;
        this.arena = arena;
    }

    @Override
    public UringLoop loop() {
        return ring;
    }

    @Override
    public Listening newListener(AcceptorLoop acceptor, int fd, int endpoint) {
        return new RingListener(acceptor, this, fd);
    }

    @Override
    public boolean tellsClients() {
        return false;
    }

    @Override
    public SocketWatch newWatch(ServerConnection connection) {
        return new RingWatch(connection, this);
    }

    void listens(int fd, RingListener listener) {
        makeRoom(fd);
        listeners[fd] = listener;
    }

    void uses(int fd, RingWatch user) {
        makeRoom(fd);
        users[fd] = user;
    }

    private void makeRoom(int fd) {
        if (fd >= users.length) {
            int length = Integer.highestOneBit(fd) << 1;
            entries = Arrays.copyOf(entries, length);
            users = Arrays.copyOf(users, length);
            listeners = Arrays.copyOf(listeners, length);
            staleWaits = Arrays.copyOf(staleWaits, length);
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

    void acceptAll(int fd) {
        underWay++;
        registration.submit(entriesOf(fd).acceptAll());
    }

    void awaitReadable(int fd) {
        underWay++;
        registration.submit(entriesOf(fd).readable());
    }

    void awaitWritable(int fd) {
        underWay++;
        registration.submit(entriesOf(fd).writable());
    }

    void cancel(int fd) {
        registration.submit(entriesOf(fd).cancel());
    }

    /** A wait that is under way holds the socket open, so it is cancelled first; entries are carried out in their order. */
    void close(int fd, boolean waiting) {
        users[fd] = null;
        if (waiting) {
            staleWaits[fd]++;
            cancel(fd);
        }
        registration.submit(entriesOf(fd).close());
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        IoUringIoEvent completion = (IoUringIoEvent) event;
        int fd = UringEntries.descriptor(completion.userData());
        if (completion.opcode() == UringEntries.ACCEPT) {
            RingListener listener = listeners[fd];
            underWay -= UringEntries.goesOn(completion.flags()) ? 0 : 1;
            if (ending && completion.res() >= 0) {
                syscalls.close(completion.res());
            } else if (listener != null) {
                listener.completed(completion.res(), completion.flags());
            }
        } else if (completion.opcode() == UringEntries.POLL_ADD) {
            RingWatch user = users[fd];
            underWay--;
            if (staleWaits[fd] > 0) {
                staleWaits[fd]--;
            } else if (user != null) {
                user.completed();
            }
        }
    }

    /**
     * Closes what is still open of the connections, waits until nothing is under way, and closes the ring: the kernel takes one
     * down in its own time, and whatever is under way would keep its socket until then.
     */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        ending = true;
        for (RingListener listener : listeners) {
            if (listener != null) {
                listener.pause();
            }
        }
        for (int fd = 0; fd < users.length; fd++) {
            RingWatch user = users[fd];
            if (user != null) {
                user.close();
                if (fd % ENDED_PER_TURN == 0) {
                    ring.runNow();
                }
            }
        }
        for (int waits = 0; underWay > 0 && waits < MOST_WAITS; waits++) {
            ring.run(LONGEST_WAIT_NS);
        }
        ended = true;
        ring.close();
    }
}
