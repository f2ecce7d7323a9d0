package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpInfo;
import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A socket of one of the two applications: one system call per method, each noted on the tape. What the kernel refuses is
 * returned as the negative errno, so that a script can expect it.
 *
 * <p>Used by one thread at a time.
 */
public final class LabSocket {

    private static final int TCP_LINGER2 = 8;
    private static final int TCP_DEFER_ACCEPT = 9;
    private static final int BUFFER = 64 * 1024;
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long NAP_NS = 20_000;

    private final Arena arena = Arena.ofShared();
    private final Syscalls calls = new Syscalls();
    private final MemorySegment bytes = arena.allocate(BUFFER, 8);
    private final End end;
    private final int fd;
    private final boolean blocks;
    private int clientPort;

    LabSocket(End end, int fd, int clientPort, boolean blocks) {
        this.end = end;
        this.fd = fd;
        this.blocks = blocks;
        this.clientPort = clientPort;
    }

    /** The port that names its connection: the client's. 0 before there is one, and for a listener. */
    public int clientPort() {
        return clientPort;
    }

    /** bind(2): 0, or the negative errno. A port of 0 leaves the choice to the kernel. */
    public int bind(InetAddress address, int port) {
        return noted("bind(" + address.getHostAddress() + ":" + port + ")",
                () -> calls.bind(fd, new SocketAddress(arena, address, port)));
    }

    /** listen(2): 0, or the negative errno. */
    public int listen(int backlog) {
        return noted("listen(" + backlog + ")", () -> calls.listen(fd, backlog));
    }

    /** connect(2) to the server's usual port: 0, or the negative errno. */
    public int connect() {
        return connect(end.peerAddress(), Scene.PORT);
    }

    /** connect(2): 0, or the negative errno; EINPROGRESS for a socket that does not block. */
    public int connect(InetAddress address, int port) {
        SocketAddress target = new SocketAddress(arena, address, port);
        return noted("connect()", () -> {
            int outcome = calls.connect(fd, target);
            learnPort();
            return outcome;
        });
    }

    /** As {@link #connect()}, but not noted: for a script that asks again and again. */
    public int connectQuietly() {
        int outcome = calls.connect(fd, new SocketAddress(arena, end.peerAddress(), Scene.PORT));
        learnPort();
        return outcome;
    }

    /** The next connection of this listener; waits for it. */
    public LabSocket accept() throws InterruptedException {
        long startNs = end.tape().nowNs();
        int accepted = (int) (blocks ? calls.accept(fd) : patiently(() -> calls.accept(fd)));
        int port = accepted < 0 ? 0 : calls.peerPort();
        end.noted(startNs, () -> port, "accept()", accepted < 0 ? Errno.name(-accepted) : "0");
        if (accepted < 0) {
            throw SceneEnded.failed("accept() gave " + Errno.name(-accepted));
        }
        return new LabSocket(end, accepted, port, false);
    }

    /** close(2): 0, or the negative errno. */
    public int close() {
        return noted("close()", () -> calls.close(fd));
    }

    /** shutdown(2) of the sending half: 0, or the negative errno. */
    public int shutdownWrite() {
        return noted("shutdown(SHUT_WR)", () -> calls.shutdownWrite(fd));
    }

    /** send(2) of so many zero bytes: bytes taken, or the negative errno. */
    public int send(int count) {
        return noted("send(" + count + ")", () -> (int) calls.send(fd, bytes, count));
    }

    /** recv(2): bytes read, 0 at the peer's FIN, or the negative errno. Waits for one of them. */
    public int receive() throws InterruptedException {
        long startNs = end.tape().nowNs();
        int outcome = (int) patiently(() -> calls.recv(fd, bytes, BUFFER, Syscalls.MSG_DONTWAIT));
        end.noted(startNs, this::clientPort, "recv()", outcome < 0 ? Errno.name(-outcome) : Integer.toString(outcome));
        return outcome;
    }

    /** SO_LINGER on. */
    public void linger(int seconds) {
        noted("SO_LINGER {1," + seconds + "}", () -> calls.setLinger(fd, true, seconds));
    }

    /** TCP_LINGER2 (tcp(7)). */
    public void linger2(int seconds) {
        noted("TCP_LINGER2 " + seconds, () -> calls.setOption(fd, Syscalls.SOL_TCP, TCP_LINGER2, seconds));
    }

    /** TCP_DEFER_ACCEPT on a listener: its connections stay half open until data comes. */
    public void deferAccept(int seconds) {
        noted("TCP_DEFER_ACCEPT " + seconds, () -> calls.setOption(fd, Syscalls.SOL_TCP, TCP_DEFER_ACCEPT, seconds));
    }

    /** SO_REUSEADDR on. */
    public void reuseAddress() {
        noted("SO_REUSEADDR", () -> calls.setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEADDR, 1));
    }

    /** SO_REUSEPORT on. */
    public void reusePort() {
        noted("SO_REUSEPORT", () -> calls.setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEPORT, 1));
    }

    /** IP_BIND_ADDRESS_NO_PORT on: bind() leaves the port open until connect() (ip(7)). */
    public void bindAddressNoPort() {
        noted("IP_BIND_ADDRESS_NO_PORT", () -> calls.setOption(fd, Syscalls.SOL_IP, Syscalls.IP_BIND_ADDRESS_NO_PORT, 1));
    }

    /** SO_ERROR: 0, or the negative errno of what went wrong meanwhile. */
    public int pendingError() {
        return noted("SO_ERROR", () -> calls.pendingError(fd));
    }

    /** TCP_INFO; not noted, because no application needs it. */
    public TcpInfo info() {
        int length = calls.getOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_INFO, bytes.asSlice(0, TcpInfo.SIZE));
        if (length < 0) {
            throw new IllegalStateException("TCP_INFO cannot be read: " + Errno.name(-length));
        }
        return TcpInfo.parse(bytes.asSlice(0, TcpInfo.SIZE), length);
    }

    /** The port that bind() or connect() gave it. */
    public int localPort() {
        calls.readLocalName(fd);
        return calls.localPort();
    }

    private void learnPort() {
        if (end.side() == Side.CLIENT) {
            clientPort = localPort();
        }
    }

    private int noted(String call, IntSupplier action) {
        long startNs = end.tape().nowNs();
        int outcome = action.getAsInt();
        end.noted(startNs, this::clientPort, call, outcome < 0 ? Errno.name(-outcome) : Integer.toString(outcome));
        return outcome;
    }

    /** Accepted sockets do not block, and no script may hang: asks again until there is an answer or patience ends. */
    private long patiently(LongSupplier call) throws InterruptedException {
        long deadlineNs = end.tape().nowNs() + PATIENCE_NS;
        long outcome = end.undisturbed(call);
        while (outcome == -Errno.EAGAIN && end.tape().nowNs() < deadlineNs) {
            LockSupport.parkNanos(this, NAP_NS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            outcome = end.undisturbed(call);
        }
        return outcome;
    }
}
