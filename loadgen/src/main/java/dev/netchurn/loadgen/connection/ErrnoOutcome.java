package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.Errno;

/** What an errno of socket(2), bind(2) or connect(2) means for the arrival. Total: every number has an outcome. */
public final class ErrnoOutcome {

    private ErrnoOutcome() {
    }

    /**
     * The outcome of a failed connection attempt.
     *
     * @param errno a positive error number
     */
    public static Outcome of(int errno) {
        return switch (errno) {
            case Errno.ECONNREFUSED -> Outcome.REFUSED;
            case Errno.ETIMEDOUT -> Outcome.KERNEL_TIMED_OUT;
            case Errno.ECONNRESET, Errno.EPIPE, Errno.ECONNABORTED -> Outcome.RESET;
            // EADDRINUSE: an early bind that finds no port.
            case Errno.EADDRNOTAVAIL, Errno.EADDRINUSE -> Outcome.NO_LOCAL_PORT;
            case Errno.EMFILE, Errno.ENFILE -> Outcome.NO_DESCRIPTOR;
            case Errno.ENOMEM, Errno.ENOBUFS -> Outcome.NO_MEMORY;
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ENETDOWN, Errno.EHOSTDOWN -> Outcome.UNREACHABLE;
            default -> Outcome.OTHER;
        };
    }

    /**
     * Whether a connect() that fails so had got its handshake: an RST that answers a SYN is ECONNREFUSED, these two come of
     * one after it (tcp_reset in net/ipv4/tcp_input.c).
     */
    static boolean isResetAfterHandshake(int errno) {
        return errno == Errno.ECONNRESET || errno == Errno.EPIPE;
    }
}
