package dev.netchurn.transport;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import io.netty.channel.uring.IoUringIoOps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The submission entries of one descriptor, made once: Netty's {@link IoUringIoOps} are immutable, and a new one per operation
 * would be garbage per connection. Numbers and fields are those of include/uapi/linux/io_uring.h. The user data of each is the
 * descriptor.
 *
 * <p>Owned by one event loop.
 */
public final class UringEntries {

    public static final byte POLL_ADD = 6;
    public static final byte ACCEPT = 13;
    public static final byte CANCEL = 14;
    public static final byte CONNECT = 16;
    public static final byte CLOSE = 19;

    private static final int POLLIN = 0x1;
    private static final int POLLOUT = 0x4;
    /** Linux 5.19: goes on to accept until it is cancelled or fails. */
    private static final short ACCEPT_MULTISHOT = 1;
    /** Linux 5.19: cancels what is under way on a descriptor. */
    private static final int CANCEL_BY_DESCRIPTOR = 1 << 1;
    /** Of a completion: the operation goes on. */
    private static final int MORE = 1 << 1;
    private static final int LONGEST_ADDRESS = 28;

    private final int fd;
    private final MemorySegment address;
    private final IoUringIoOps connect;
    private final IoUringIoOps readable;
    private final IoUringIoOps writable;
    private final IoUringIoOps cancel;
    private final IoUringIoOps close;

    /** @param arena must outlive the ring */
    public UringEntries(int fd, Arena arena) {
        this.fd = fd;
        address = arena.allocate(LONGEST_ADDRESS, 8);
        // Both families read of the address what they need, so its length can stay the same.
        connect = entry(CONNECT, (short) 0, LONGEST_ADDRESS, address.address(), 0);
        readable = entry(POLL_ADD, (short) 0, 0, 0, POLLIN);
        writable = entry(POLL_ADD, (short) 0, 0, 0, POLLOUT);
        cancel = entry(CANCEL, (short) 0, 0, 0, CANCEL_BY_DESCRIPTOR);
        close = entry(CLOSE, (short) 0, 0, 0, 0);
    }

    private IoUringIoOps entry(byte operation, short priority, long second, long pointer, int flags) {
        return new IoUringIoOps(operation, (byte) 0, priority, fd, second, pointer, 0, flags, userData(fd), (short) 0,
                (short) 0, 0, 0);
    }

    /** Netty carries user data that fits a short in the entry itself, and looks other up in a map. */
    private static long userData(int fd) {
        return fd + (long) Short.MIN_VALUE;
    }

    /** The descriptor of a completion. */
    public static int descriptor(long userData) {
        return (int) (userData - Short.MIN_VALUE);
    }

    /** Whether a completion with these flags is not the last of its operation. */
    public static boolean goesOn(int flags) {
        return (flags & MORE) != 0;
    }

    /** connect(2); one at a time, because the address is kept here until the kernel has read it. */
    public IoUringIoOps connect(SocketAddress to) {
        to.copyTo(address);
        return connect;
    }

    /** Completes once when something can be read, FIN and RST included. */
    public IoUringIoOps readable() {
        return readable;
    }

    /** Completes once when something can be sent, or the connection is broken. */
    public IoUringIoOps writable() {
        return writable;
    }

    /** accept4(2), non-blocking and close-on-exec, again and again. */
    public IoUringIoOps acceptAll() {
        return entry(ACCEPT, ACCEPT_MULTISHOT, 0, 0, Syscalls.SOCK_NONBLOCK | Syscalls.SOCK_CLOEXEC);
    }

    /** Ends one operation that is under way on the descriptor. */
    public IoUringIoOps cancel() {
        return cancel;
    }

    /** close(2). */
    public IoUringIoOps close() {
        return close;
    }
}
