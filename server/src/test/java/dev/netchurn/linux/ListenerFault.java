package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Breaks a listening socket behind its owner's back. */
public final class ListenerFault {

    private static final int SHUT_RD = 0;

    private ListenerFault() {
    }

    /** shutdown(2) of the receiving half: the socket listens no longer, and accept() fails with EINVAL. */
    public static void stopListening(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.ERRNO_STATE);
            int outcome = (int) Libc.SHUTDOWN.invokeExact(errno, fd, SHUT_RD);
            if (outcome != 0) {
                throw new AssertionError("shutdown of a listener failed");
            }
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
