package dev.netchurn.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The network namespace of a process (network_namespaces(7)). Immutable; may be used from any thread. */
public final class ProcessNetwork {

    private final long pid;
    private final boolean own;
    private final boolean sameUserNamespace;

    private ProcessNetwork(long pid, boolean own, boolean sameUserNamespace) {
        this.pid = pid;
        this.own = own;
        this.sameUserNamespace = sameUserNamespace;
    }

    /**
     * Looks which namespaces a process has.
     *
     * @throws IOException with a sentence for the user, when there is no such process or this user may not look
     */
    public static ProcessNetwork of(long pid) throws IOException {
        try {
            return new ProcessNetwork(pid, isShared(pid, "net"), isShared(pid, "user"));
        } catch (NoSuchFileException e) {
            throw new IOException("there is no process " + pid, e);
        } catch (AccessDeniedException e) {
            throw new IOException(refusal(pid), e);
        }
    }

    /** Whether this process is in it already. */
    public boolean isOwn() {
        return own;
    }

    /** Whether the namespace belongs to this process's user namespace; if not, only root can enter it from outside. */
    public boolean hasSameUserNamespace() {
        return sameUserNamespace;
    }

    /** Whether a thread of this process may enter it. */
    public boolean canBeEntered() {
        try (NetworkNamespace namespace = NetworkNamespace.of(pid)) {
            namespace.run(() -> {});
            return true;
        } catch (IllegalStateException refused) {
            return false;
        }
    }

    /**
     * Moves the calling thread into it, for good: threads that it starts are born there, sockets that were made before stay where
     * they are.
     *
     * @throws IOException with a sentence for the user, when the kernel refuses
     */
    public void enter() throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.of(pid)) {
            namespace.enter();
        } catch (IllegalStateException refused) {
            throw new IOException(refusal(), refused);
        }
    }

    /** Why it is out of reach, and what to do. */
    public String refusal() {
        return refusal(pid);
    }

    private static String refusal(long pid) {
        return "the network namespace of process " + pid
                + " may not be entered by this user; run it as root, or as the user who started that process";
    }

    private static boolean isShared(long pid, String kind) throws IOException {
        Path other = Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", kind));
        return other.equals(Files.readSymbolicLink(Path.of("/proc/thread-self/ns", kind)));
    }
}
