package dev.netchurn.closepath;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The far ends of a batch: a listener on 127.0.0.1 and the connections that it accepted, all plain descriptors.
 *
 * <p>What is left of a batch is aborted with RST. A near end in FIN_WAIT2 that receives an RST does not enter TIME_WAIT
 * (RFC 9293 section 3.10.7.4), so one batch does not slow the next. Owned by one thread.
 */
final class Peers implements AutoCloseable {

    private static final List<Path> SOCKETS = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String LISTEN = "0A";
    private static final String TIME_WAIT = "06";

    private final Syscalls calls = new Syscalls();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes = arena.allocate(64 << 10);
    private final int[] accepted;
    private final int listener;
    private final int port;
    private int open;

    /**
     * Listens.
     *
     * @param most connections at a time; the backlog is as large
     */
    Peers(int most) {
        accepted = new int[most];
        listener = checked("socket", calls.tcpSocket(Syscalls.AF_INET, false));
        checked("bind", calls.bind(listener, new SocketAddress(arena, InetAddress.ofLiteral("127.0.0.1"), 0)));
        checked("listen", calls.listen(listener, most));
        checked("getsockname", calls.readLocalName(listener));
        port = calls.localPort();
    }

    /** Where to connect to. */
    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    /** Accepts so many connections, which must be under way. */
    void accept(int count) {
        for (int i = 0; i < count; i++) {
            accepted[open++] = checked("accept", calls.accept(listener));
        }
    }

    /** Sends so many bytes on each connection, at most 64 KiB; they are in the receiver's queue when this returns. */
    void send(int count) {
        for (int i = 0; i < open; i++) {
            long sent = calls.send(accepted[i], bytes, count);
            if (sent != count) {
                throw new IllegalStateException("sent " + sent + " of " + count + " bytes");
            }
        }
    }

    /** Closes every connection: FIN, or RST where something was not read. */
    void closeAll() {
        while (open > 0) {
            checked("close", calls.close(accepted[--open]));
        }
    }

    /** Aborts every connection that is still open. */
    void abortAll() {
        for (int i = 0; i < open; i++) {
            checked("setsockopt", calls.setLinger(accepted[i], true, 0));
        }
        closeAll();
    }

    /**
     * How many sockets of these connections the kernel still knows when it has had a second to let go of them; the listener
     * does not count. An io_uring closes after its future says so.
     *
     * @param butTimeWait whether those in TIME_WAIT do not count either
     */
    int leftovers(boolean butTimeWait) throws IOException, InterruptedException {
        int left = leftNow(butTimeWait);
        for (int looks = 0; left > 0 && looks < 100; looks++) {
            Thread.sleep(10);
            left = leftNow(butTimeWait);
        }
        return left;
    }

    private int leftNow(boolean butTimeWait) throws IOException {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        int count = 0;
        for (Path table : SOCKETS) {
            try (Stream<String> lines = Files.lines(table)) {
                count += (int) lines.skip(1).map(line -> line.strip().split(" +"))
                        .filter(field -> field[1].endsWith(suffix) || field[2].endsWith(suffix))
                        .filter(field -> !field[3].equals(LISTEN) && !(butTimeWait && field[3].equals(TIME_WAIT)))
                        .count();
            }
        }
        return count;
    }

    @Override
    public void close() {
        abortAll();
        checked("close", calls.close(listener));
        arena.close();
        calls.close();
    }

    private static int checked(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed: " + Errno.name(-result));
        }
        return result;
    }
}
