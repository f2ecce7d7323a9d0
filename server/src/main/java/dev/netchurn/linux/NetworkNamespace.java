package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * A network namespace held open by a descriptor, so that one process can have sockets in several (network_namespaces(7)). A
 * socket stays for ever with the namespace in which it was made; what the calling thread reads and writes below /proc/sys/net
 * and /proc/thread-self/net belongs to the namespace that the thread is in.
 *
 * <p>Making and entering one needs CAP_SYS_ADMIN, which a process has in a user namespace of its own. Use platform threads
 * only: a virtual thread may change the thread that carries it. Immutable; safe to use from any thread.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int O_CLOEXEC = 0x80000;
    private static final String OF_THIS_THREAD = "/proc/thread-self/ns/net";

    private final int descriptor;

    private NetworkNamespace(int descriptor) {
        this.descriptor = descriptor;
    }

    /** The namespace that the calling thread is in. */
    public static NetworkNamespace current() {
        return open(OF_THIS_THREAD);
    }

    /**
     * The namespace that a process is in.
     *
     * @throws IllegalStateException with the kernel's reason when this process may not look
     */
    public static NetworkNamespace of(long pid) {
        return open("/proc/" + pid + "/ns/net");
    }

    private static NetworkNamespace open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.ERRNO_STATE);
            int fd = (int) Libc.OPEN.invokeExact(errno, arena.allocateFrom(path), O_CLOEXEC);
            return new NetworkNamespace(checked("open " + path, fd, errno));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Makes a namespace with kernel defaults and a loopback link that is down. The calling thread stays where it is.
     *
     * @throws IllegalStateException with the kernel's reason when this process may not make one
     */
    public static NetworkNamespace create() {
        try (NetworkNamespace home = current(); Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.ERRNO_STATE);
            checked("make a network namespace", (int) Libc.UNSHARE.invokeExact(errno, CLONE_NEWNET), errno);
            try {
                return current();
            } finally {
                home.enter();
            }
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Runs something on the calling thread inside this namespace, and brings the thread back. */
    public <T> T call(Supplier<T> action) {
        try (NetworkNamespace home = current()) {
            enter();
            try {
                return action.get();
            } finally {
                home.enter();
            }
        }
    }

    /** As {@link #call}, without a result. */
    public void run(Runnable action) {
        call(() -> {
            action.run();
            return Boolean.TRUE;
        });
    }

    /** Lets the namespace go; it ends when no socket, thread or link needs it any more. */
    @Override
    public void close() {
        try (Syscalls syscalls = new Syscalls()) {
            syscalls.close(descriptor);
        }
    }

    int descriptor() {
        return descriptor;
    }

    /** Moves the calling thread into this namespace (setns(2)); it stays there until it enters another. */
    public void enter() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.ERRNO_STATE);
            checked("enter a network namespace", (int) Libc.SETNS.invokeExact(errno, descriptor, CLONE_NEWNET), errno);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static int checked(String what, int outcome, MemorySegment errno) {
        if (outcome < 0) {
            throw new IllegalStateException(
                    "the kernel refused to " + what + ": " + Errno.name((int) Libc.ERRNO.get(errno, 0L)));
        }
        return outcome;
    }

    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        return t instanceof RuntimeException runtime ? runtime : new IllegalStateException(t);
    }
}
