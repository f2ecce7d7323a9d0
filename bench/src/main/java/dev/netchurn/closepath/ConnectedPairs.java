package dev.netchurn.closepath;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import java.lang.foreign.Arena;

/**
 * Connections over loopback, both of whose ends are plain descriptors.
 *
 * <p>Owned by one thread.
 */
final class ConnectedPairs implements AutoCloseable {

    private final Arena arena = Arena.ofConfined();
    private final Syscalls calls;
    private final Peers peers;
    private final SocketAddress target;
    private final int[] near;
    private boolean nearOpen;

    /** Listens; {@link #open} makes the connections. */
    ConnectedPairs(Syscalls calls, int count) {
        this.calls = calls;
        near = new int[count];
        peers = new Peers(count);
        target = new SocketAddress(arena, peers.address().getAddress(), peers.address().getPort());
    }

    /** Connects and accepts all pairs. With {@code reset} a close of the near end is an abort (SO_LINGER with 0 s). */
    void open(boolean reset) {
        for (int i = 0; i < near.length; i++) {
            near[i] = checked("socket", calls.tcpSocket(Syscalls.AF_INET, false));
            if (reset) {
                checked("setsockopt", calls.setLinger(near[i], true, 0));
            }
            checked("connect", calls.connect(near[i], target));
            peers.accept(1);
        }
        nearOpen = true;
    }

    /** The client ends, which the benchmark closes. */
    int[] near() {
        return near;
    }

    /** What the kernel still knows of these connections. */
    Leftovers leftovers() {
        return peers.leftovers();
    }

    /** Says that the near ends are closed; their numbers may belong to someone else from now on. */
    void nearAreClosed() {
        nearOpen = false;
    }

    /** Aborts every end that is still open. */
    void closeRest() {
        peers.abortAll();
        if (nearOpen) {
            for (int fd : near) {
                checked("setsockopt", calls.setLinger(fd, true, 0));
                checked("close", calls.close(fd));
            }
            nearOpen = false;
        }
    }

    @Override
    public void close() {
        closeRest();
        peers.close();
        arena.close();
    }

    private static int checked(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed: " + Errno.name(-result));
        }
        return result;
    }
}
