package dev.netchurn.privatenet;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Sockets made with one system call per step, so that a test decides exactly what the kernel is told and when. A step that the
 * kernel refuses is an error with the errno's name, unless the method says otherwise.
 *
 * <p>Owned by one thread. Closing it closes every descriptor that is still open and was made here.
 */
public final class PlainSockets implements AutoCloseable {

    private static final int TCP_DEFER_ACCEPT = 9;
    private static final int TCP_LINGER2 = 8;
    private static final int SO_ATTACH_FILTER = 26;

    private final Arena arena = Arena.ofConfined();
    private final Syscalls calls = new Syscalls();
    private final MemorySegment bytes = arena.allocate(64 * 1024);
    private final List<Integer> open = new ArrayList<>();

    /** The calls themselves, for what this class does not offer. */
    public Syscalls calls() {
        return calls;
    }

    /** A blocking TCP socket for an address's family. */
    public int socket(InetAddress address) {
        int fd = check("socket", calls.tcpSocket(address(address, 0).family(), false));
        open.add(fd);
        return fd;
    }

    /** A listener with SO_REUSEADDR. The address {@code ::} also takes IPv4. */
    public int listen(InetAddress address, int port, int backlog) {
        int fd = socket(address);
        check("setsockopt", calls.setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEADDR, 1));
        check("bind", bind(fd, address, port));
        check("listen", calls.listen(fd, backlog));
        return fd;
    }

    /** bind(2): 0, or the negative errno. */
    public int bind(int fd, InetAddress address, int port) {
        return calls.bind(fd, address(address, port));
    }

    /** A new socket whose handshake is complete. */
    public int connect(InetAddress address, int port) {
        int fd = socket(address);
        check("connect", connect(fd, address, port));
        return fd;
    }

    /** connect(2) of a socket made before: 0, or the negative errno. */
    public int connect(int fd, InetAddress address, int port) {
        return calls.connect(fd, address(address, port));
    }

    /** A new non-blocking socket that was told to connect; whether it is connected is open. */
    public int startConnect(InetAddress address, int port) {
        SocketAddress target = address(address, port);
        int fd = check("socket", calls.tcpSocket(target.family(), true));
        open.add(fd);
        int outcome = calls.connect(fd, target);
        if (outcome != -Errno.EINPROGRESS) {
            check("connect", outcome);
        }
        return fd;
    }

    /** The next connection of a listener; waits for it. The new socket does not block. */
    public int accept(int listener) {
        int fd = check("accept", calls.accept(listener));
        open.add(fd);
        return fd;
    }

    /** close(2). */
    public void close(int fd) {
        open.remove(Integer.valueOf(fd));
        check("close", calls.close(fd));
    }

    /** shutdown(2) of the sending half. */
    public void shutdownWrite(int fd) {
        check("shutdown", calls.shutdownWrite(fd));
    }

    /** SO_LINGER on. */
    public void linger(int fd, int seconds) {
        check("setsockopt", calls.setLinger(fd, true, seconds));
    }

    /** TCP_LINGER2 (tcp(7)). */
    public void linger2(int fd, int seconds) {
        check("setsockopt", calls.setOption(fd, Syscalls.SOL_TCP, TCP_LINGER2, seconds));
    }

    /** TCP_DEFER_ACCEPT on a listener: its connections stay half open until data comes. */
    public void deferAccept(int fd, int seconds) {
        check("setsockopt", calls.setOption(fd, Syscalls.SOL_TCP, TCP_DEFER_ACCEPT, seconds));
    }

    /** From now on nothing that arrives reaches this socket, as if the network had lost it; also after close(2). */
    public void deafen(int fd) {
        // struct sock_filter and struct sock_fprog (linux/filter.h): one instruction, BPF_RET with length 0.
        MemorySegment rejectAll = arena.allocate(8, 8);
        rejectAll.set(ValueLayout.JAVA_SHORT, 0, (short) 0x06);
        MemorySegment program = arena.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
        program.set(ValueLayout.ADDRESS, 8, rejectAll);
        check("setsockopt", calls.setOption(fd, Syscalls.SOL_SOCKET, SO_ATTACH_FILTER, program, 16));
    }

    /** Sends some zero bytes. */
    public void send(int fd, int count) {
        check("send", (int) calls.send(fd, bytes, count));
    }

    /** recv(2): bytes read, 0 at the peer's FIN, or the negative errno. */
    public int receive(int fd) {
        return (int) calls.recv(fd, bytes, bytes.byteSize());
    }

    /** The local port of a socket. */
    public int localPort(int fd) {
        check("getsockname", calls.readLocalName(fd));
        return calls.localPort();
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(calls::close);
        calls.close();
        arena.close();
    }

    private SocketAddress address(InetAddress address, int port) {
        return new SocketAddress(arena, address, port);
    }

    private static int check(String call, int outcome) {
        if (outcome < 0) {
            throw new IllegalStateException(call + " failed: " + Errno.name(-outcome));
        }
        return outcome;
    }
}
