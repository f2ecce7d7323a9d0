package dev.netchurn.closepath;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The far ends of a batch: a listener on 127.0.0.1 and the connections that it accepted, all plain descriptors.
 *
 * <p>What is left of a batch is aborted with RST. A near end in FIN_WAIT2 that receives an RST does not enter TIME_WAIT
 * (RFC 9293 section 3.10.7.4), so one batch does not slow the next. Owned by one thread.
 */
final class Peers implements AutoCloseable {

    private final Syscalls calls = new Syscalls();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes = arena.allocate(64 << 10);
    private final int[] accepted;
    private final int listener;
    private final int port;
    private final Leftovers leftovers;
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
        leftovers = new Leftovers(port);
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

    /** What the kernel still knows of these connections. */
    Leftovers leftovers() {
        return leftovers;
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
