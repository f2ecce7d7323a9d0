package dev.netchurn.loadgen.connection;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How one arrival ended, as far as establishing a connection goes: exactly one each. */
public enum Outcome {
    ESTABLISHED,
    /** The target answered the SYN with RST: ECONNREFUSED. */
    REFUSED,
    /** Our own --connect-timeout ran out. */
    TIMED_OUT,
    /** The kernel gave up repeating the SYN: ETIMEDOUT. */
    KERNEL_TIMED_OUT,
    /** ECONNRESET while connecting. */
    RESET,
    /** EADDRNOTAVAIL from connect(), or EADDRINUSE from an early bind. No kernel counter records it. */
    NO_LOCAL_PORT,
    /** EMFILE or ENFILE. */
    NO_DESCRIPTOR,
    /** ENOMEM or ENOBUFS. */
    NO_MEMORY,
    /** ENETUNREACH, EHOSTUNREACH and their kin. */
    UNREACHABLE,
    /** The kernel chose the target's own port as source and connected the socket to itself. */
    SELF_CONNECTED,
    /** Not started because --max-in-flight was reached. */
    SHED,
    /** Still connecting when the drain was over. */
    ABANDONED,
    OTHER;

    /** As written in results and labels, such as {@code no_local_port}. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this machine lacked something: no SYN was sent, and trying again at once would only spin. */
    public boolean isLocalShortage() {
        return switch (this) {
            case NO_LOCAL_PORT, NO_DESCRIPTOR, NO_MEMORY -> true;
            case ESTABLISHED, REFUSED, TIMED_OUT, KERNEL_TIMED_OUT, RESET, UNREACHABLE, SELF_CONNECTED, SHED, ABANDONED,
                    OTHER -> false;
        };
    }

    /** Whether a SYN left, so that the kernel counted an active open. */
    public boolean isSynSent() {
        return switch (this) {
            case ESTABLISHED, REFUSED, TIMED_OUT, KERNEL_TIMED_OUT, RESET, SELF_CONNECTED, ABANDONED -> true;
            case NO_LOCAL_PORT, NO_DESCRIPTOR, NO_MEMORY, UNREACHABLE, SHED, OTHER -> false;
        };
    }
}
