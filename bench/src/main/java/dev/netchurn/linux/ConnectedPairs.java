package dev.netchurn.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Connections over loopback, both of whose ends are open sockets of the calling thread. The far ends are closed with RST, so
 * that nothing of a batch is left behind: a client end in FIN_WAIT2 that receives an RST does not enter TIME_WAIT (RFC 9293
 * section 3.10.7.4).
 *
 * <p>Owned by one thread.
 */
final class ConnectedPairs implements AutoCloseable {

    private static final Path SOCKETS = Path.of("/proc/net/tcp");
    private static final String LISTEN = "0A";

    private final Arena arena = Arena.ofConfined();
    private final Syscalls calls;
    private final int listener;
    private final int port;
    private final SocketAddress target;
    private final int[] near;
    private final int[] far;
    private boolean nearOpen;

    /** Listens; {@link #open} makes the connections. */
    ConnectedPairs(Syscalls calls, int count) {
        this.calls = calls;
        near = new int[count];
        far = new int[count];
        InetAddress loopback = InetAddress.getLoopbackAddress();
        listener = checked("socket", calls.tcpSocket(Syscalls.AF_INET, false));
        checked("bind", calls.bind(listener, new SocketAddress(arena, loopback, 0)));
        checked("listen", calls.listen(listener, 128));
        checked("getsockname", calls.readLocalName(listener));
        port = calls.localPort();
        target = new SocketAddress(arena, loopback, port);
    }

    /** Connects and accepts all pairs. With {@code reset} a close of the near end is an abort (SO_LINGER with 0 s). */
    void open(boolean reset) {
        for (int i = 0; i < near.length; i++) {
            near[i] = checked("socket", calls.tcpSocket(Syscalls.AF_INET, false));
            if (reset) {
                checked("setsockopt", calls.setLinger(near[i], true, 0));
            }
            checked("connect", calls.connect(near[i], target));
            far[i] = checked("accept", calls.accept(listener));
        }
        nearOpen = true;
    }

    /** The client ends, which the benchmark closes. */
    int[] near() {
        return near;
    }

    /** Says that the near ends are closed; their numbers may belong to someone else from now on. */
    void nearAreClosed() {
        nearOpen = false;
    }

    /** Closes every end that is still open. */
    void closeRest() {
        for (int fd : far) {
            abort(fd);
        }
        if (nearOpen) {
            for (int fd : near) {
                abort(fd);
            }
        }
    }

    /** How many sockets of these connections the kernel still knows, in any state; the listener does not count. */
    int leftovers() throws IOException {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> lines = Files.lines(SOCKETS)) {
            return (int) lines.skip(1).map(line -> line.strip().split(" +"))
                    .filter(field -> field[1].endsWith(suffix) || field[2].endsWith(suffix))
                    .filter(field -> !field[3].equals(LISTEN))
                    .count();
        }
    }

    @Override
    public void close() {
        checked("close", calls.close(listener));
        arena.close();
    }

    private void abort(int fd) {
        checked("setsockopt", calls.setLinger(fd, true, 0));
        checked("close", calls.close(fd));
    }

    private static int checked(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed: " + Errno.name(-result));
        }
        return result;
    }
}
