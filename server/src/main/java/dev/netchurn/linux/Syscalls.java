package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Socket system calls for one thread. A call returns what the kernel returned, or the negative errno; it never throws for
 * an error of the kernel and allocates nothing, so failures cost no more than successes.
 *
 * <p>Owned by one thread: the errno and the small buffers are shared by all its calls. Closing it frees them.
 */
public final class Syscalls implements AutoCloseable {

    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SHUT_WR = 1;
    public static final int MSG_NOSIGNAL = 0x4000;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_PEEK = 0x2;

    public static final int SOL_IP = 0;
    public static final int SOL_SOCKET = 1;
    public static final int SOL_TCP = 6;
    public static final int SOL_IPV6 = 41;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_ERROR = 4;
    public static final int SO_LINGER = 13;
    public static final int SO_REUSEPORT = 15;
    public static final int TCP_NODELAY = 1;
    public static final int TCP_LINGER2 = 8;
    public static final int TCP_INFO = 11;
    public static final int TCP_USER_TIMEOUT = 18;
    public static final int IPV6_V6ONLY = 26;
    /** Linux 4.2: the port is chosen at connect(), so four-tuples are shared instead of ports (ip(7)). */
    public static final int IP_BIND_ADDRESS_NO_PORT = 24;
    /** Linux 6.3: {@code high << 16 | low}, within the namespace's ip_local_port_range (ip(7)). */
    public static final int IP_LOCAL_PORT_RANGE = 51;

    private static final int CLOCK_REALTIME = 0;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;
    private static final int SOCKADDR_SPACE = 28;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errnoState = arena.allocate(Libc.ERRNO_STATE);
    private final MemorySegment ints = arena.allocate(16, 8);
    private final MemorySegment length = arena.allocate(4, 4);
    private final MemorySegment nameSpace = arena.allocate(SOCKADDR_SPACE, 8);
    private final MemorySegment times = arena.allocate(16, 8);

    /** socket(2) for TCP, close-on-exec. */
    public int tcpSocket(int family, boolean nonBlocking) {
        return socket(family, SOCK_STREAM | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0), 0);
    }

    /** socket(2). */
    public int socket(int domain, int type, int protocol) {
        try {
            return result((int) Libc.SOCKET.invokeExact(errnoState, domain, type, protocol));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** connect(2): 0, or −EINPROGRESS on a non-blocking socket whose handshake is not known to be complete. */
    public int connect(int fd, SocketAddress address) {
        try {
            return result((int) Libc.CONNECT.invokeExact(errnoState, fd, address.segment(), address.length()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** bind(2). */
    public int bind(int fd, SocketAddress address) {
        return bind(fd, address.segment(), address.length());
    }

    int bind(int fd, MemorySegment address, int addressLength) {
        try {
            return result((int) Libc.BIND.invokeExact(errnoState, fd, address, addressLength));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** listen(2). The kernel clamps the backlog to net.core.somaxconn at this moment. */
    public int listen(int fd, int backlog) {
        try {
            return result((int) Libc.LISTEN.invokeExact(errnoState, fd, backlog));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** accept4(2), non-blocking and close-on-exec. The peer's port can be asked of {@link #peerPort()} afterwards. */
    public int accept(int fd) {
        try {
            length.set(ValueLayout.JAVA_INT, 0, SOCKADDR_SPACE);
            return result((int) Libc.ACCEPT4.invokeExact(errnoState, fd, nameSpace, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** close(2). */
    public int close(int fd) {
        try {
            return result((int) Libc.CLOSE.invokeExact(errnoState, fd));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** shutdown(2) of the sending half: a FIN, and a full socket stays. */
    public int shutdownWrite(int fd) {
        try {
            return result((int) Libc.SHUTDOWN.invokeExact(errnoState, fd, SHUT_WR));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** send(2) without SIGPIPE. */
    public long send(int fd, MemorySegment bytes, long count) {
        try {
            return result((long) Libc.SEND.invokeExact(errnoState, fd, bytes, count, MSG_NOSIGNAL));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** recv(2): bytes read, 0 for the peer's FIN. */
    public long recv(int fd, MemorySegment into, long count) {
        return recv(fd, into, count, 0);
    }

    /** recv(2) that leaves the bytes in the queue: what is there, 0 for the peer's FIN with nothing before it. */
    public long peek(int fd, MemorySegment into, long count) {
        return recv(fd, into, count, MSG_PEEK);
    }

    /** recv(2) with flags such as {@link #MSG_DONTWAIT}. */
    public long recv(int fd, MemorySegment into, long count, int flags) {
        try {
            return result((long) Libc.RECV.invokeExact(errnoState, fd, into, count, flags));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** recvmsg(2) into the buffers that a {@code struct msghdr} names. */
    long receiveMessage(int fd, MemorySegment message) {
        try {
            return result((long) Libc.RECVMSG.invokeExact(errnoState, fd, message, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** setsockopt(2) with an int. */
    public int setOption(int fd, int level, int option, int value) {
        ints.set(ValueLayout.JAVA_INT, 0, value);
        return setOption(fd, level, option, ints, 4);
    }

    /** SO_LINGER (socket(7)): with {@code seconds} 0 a close is an abort with RST. */
    public int setLinger(int fd, boolean on, int seconds) {
        ints.set(ValueLayout.JAVA_INT, 0, on ? 1 : 0);
        ints.set(ValueLayout.JAVA_INT, 4, seconds);
        return setOption(fd, SOL_SOCKET, SO_LINGER, ints, 8);
    }

    /** setsockopt(2) with the first {@code valueLength} bytes of a value. */
    public int setOption(int fd, int level, int option, MemorySegment value, int valueLength) {
        try {
            return result((int) Libc.SETSOCKOPT.invokeExact(errnoState, fd, level, option, value, valueLength));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** getsockopt(2) into {@code into}; returns how many bytes the kernel wrote. */
    public int getOption(int fd, int level, int option, MemorySegment into) {
        try {
            length.set(ValueLayout.JAVA_INT, 0, (int) into.byteSize());
            int outcome = result((int) Libc.GETSOCKOPT.invokeExact(errnoState, fd, level, option, into, length));
            return outcome < 0 ? outcome : length.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** SO_ERROR: reads and clears the pending error of a socket. Returns the negative errno, or 0 when there is none. */
    public int pendingError(int fd) {
        int outcome = getOption(fd, SOL_SOCKET, SO_ERROR, ints);
        return outcome < 0 ? outcome : -ints.get(ValueLayout.JAVA_INT, 0);
    }

    /** getsockname(2) into this object's own space, read with {@link #localPort()}. */
    public int readLocalName(int fd) {
        try {
            length.set(ValueLayout.JAVA_INT, 0, SOCKADDR_SPACE);
            return result((int) Libc.GETSOCKNAME.invokeExact(errnoState, fd, nameSpace, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** The port that {@link #readLocalName} read last. */
    public int localPort() {
        return SocketAddress.port(nameSpace);
    }

    /** The IPv4 address that {@link #readLocalName} read last as an int, or the last 4 bytes of the IPv6 address. */
    public int localAddressBits() {
        return SocketAddress.addressBits(nameSpace);
    }

    /** Whether the name that {@link #readLocalName} read last is {@code other}: a connection to itself, if that is the target. */
    public boolean localNameIs(SocketAddress other) {
        return SocketAddress.same(nameSpace, other.segment());
    }

    /** The peer's port of the last {@link #accept}. */
    public int peerPort() {
        return SocketAddress.port(nameSpace);
    }

    /** The peer's IPv4 address of the last {@link #accept} as an int, or the last 4 bytes of its IPv6 address. */
    public int peerAddressBits() {
        return SocketAddress.addressBits(nameSpace);
    }

    /** CPU time that the calling thread has used, user and system, in nanoseconds (clock_gettime(2)). */
    public long threadCpuNs() {
        return clockNs(CLOCK_THREAD_CPUTIME_ID);
    }

    /** CPU time that all threads of this process have used, user and system, in nanoseconds (clock_gettime(2)). */
    public long processCpuNs() {
        return clockNs(CLOCK_PROCESS_CPUTIME_ID);
    }

    /** CLOCK_REALTIME, which stamps frames (clock_gettime(2)). */
    long wallNs() {
        return clockNs(CLOCK_REALTIME);
    }

    /** CLOCK_MONOTONIC, which is what {@code SystemClock} reads as well (clock_gettime(2)). */
    long monotonicNs() {
        return clockNs(CLOCK_MONOTONIC);
    }

    private long clockNs(int clock) {
        try {
            int outcome = (int) Libc.CLOCK_GETTIME.invokeExact(errnoState, clock, times);
            assert outcome == 0;
            return times.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L + times.get(ValueLayout.JAVA_LONG, 8);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** geteuid(2). */
    public int effectiveUser() {
        try {
            return (int) Libc.GETEUID.invokeExact(errnoState);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private int result(int returned) {
        return returned >= 0 ? returned : -(int) Libc.ERRNO.get(errnoState, 0L);
    }

    private long result(long returned) {
        return returned >= 0 ? returned : -(int) Libc.ERRNO.get(errnoState, 0L);
    }

    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        return t instanceof RuntimeException runtime ? runtime : new IllegalStateException(t);
    }
}
