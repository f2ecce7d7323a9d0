package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A netlink socket (netlink(7)) with one buffer for requests and one for replies. It speaks for the network namespace in
 * which the constructing thread was at that moment, for ever.
 *
 * <p>Keep it open between dumps: the kernel fills 32 KiB datagrams only after an earlier receive on the same socket offered
 * a buffer of at least that size (net/netlink/af_netlink.c:netlink_recvmsg).
 *
 * <p>Owned by one thread. No method allocates.
 */
public final class NetlinkSocket implements AutoCloseable {

    /** Links, addresses and routes (rtnetlink(7)). */
    public static final int ROUTE = 0;
    /** Sockets (sock_diag(7)). */
    public static final int SOCK_DIAG = 4;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    /** recv() then returns the datagram's true length, so that a reply that was cut is noticed. */
    private static final int MSG_TRUNC = 0x20;
    private static final int SO_RCVTIMEO = 20;
    private static final int REQUEST_SPACE = 4 * 1024;
    private static final int REPLY_SPACE = 64 * 1024;
    /** The kernel answers within the system call; this only turns a defect into an error instead of a hang. */
    private static final long RECEIVE_TIMEOUT_SECONDS = 10;

    private final Arena arena = Arena.ofShared();
    private final Syscalls syscalls = new Syscalls();
    private final MemorySegment request = arena.allocate(REQUEST_SPACE, 8);
    private final MemorySegment reply = arena.allocate(REPLY_SPACE, 8);
    private final int fd;

    /**
     * Opens a socket.
     *
     * @param protocol {@link #ROUTE} or {@link #SOCK_DIAG}
     * @throws NetlinkException when the kernel does not offer the protocol or no descriptor is left
     */
    public NetlinkSocket(int protocol) {
        fd = syscalls.socket(AF_NETLINK, SOCK_RAW | Syscalls.SOCK_CLOEXEC, protocol);
        if (fd < 0) {
            free();
            throw new NetlinkException("to open a netlink socket of protocol " + protocol, -fd);
        }
        MemorySegment timeout = arena.allocate(16, 8);
        timeout.set(ValueLayout.JAVA_LONG, 0, RECEIVE_TIMEOUT_SECONDS);
        syscalls.setOption(fd, Syscalls.SOL_SOCKET, SO_RCVTIMEO, timeout, 16);
    }

    /** Where the next request is written. */
    public MemorySegment request() {
        return request;
    }

    /** What {@link #receive} read last. */
    public MemorySegment reply() {
        return reply;
    }

    /** Sends the first {@code length} bytes of the request; 0, or the negative errno. */
    public int send(int length) {
        long sent = syscalls.send(fd, request, length);
        return sent < 0 ? (int) sent : 0;
    }

    /** Receives one datagram into the reply: its length, or the negative errno; EMSGSIZE when it did not fit. */
    public int receive() {
        long length = syscalls.recv(fd, reply, REPLY_SPACE, MSG_TRUNC);
        return length > REPLY_SPACE ? -Errno.EMSGSIZE : (int) length;
    }

    @Override
    public void close() {
        syscalls.close(fd);
        free();
    }

    private void free() {
        syscalls.close();
        arena.close();
    }
}
