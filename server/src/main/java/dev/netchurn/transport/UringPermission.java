package dev.netchurn.transport;

import dev.netchurn.linux.ProcFile;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether this process may use io_uring. */
public final class UringPermission {

    private static final Path SWITCH = Path.of("/proc/sys/kernel/io_uring_disabled");

    private UringPermission() {
    }

    /** One sentence that names the cause and what to do, or null when an io_uring can be made. Makes one to find out, once. */
    public static @Nullable String obstacle() {
        if (IoUring.isAvailable()) {
            return null;
        }
        return sentence(switchedTo(), IoUring.unavailabilityCause());
    }

    static String sentence(String setting, Throwable thrown) {
        return "this machine does not let this process use io_uring: " + cause(setting, thrown) + "; use another engine";
    }

    private static String cause(String setting, Throwable thrown) {
        return switch (setting) {
            case "2" -> "it is switched off; as root, 'sysctl kernel.io_uring_disabled=0' allows it";
            case "1" -> "it is left to CAP_SYS_ADMIN and to the group that kernel.io_uring_group names;"
                    + " as root, 'sysctl kernel.io_uring_disabled=0' allows it to everyone";
            // Containers forbid the system call by seccomp; that looks like a missing permission or a missing call.
            default -> "the sandbox or container that netchurn runs in may forbid it, or this kernel is too old ("
                    + innermost(thrown) + ")";
        };
    }

    private static String switchedTo() {
        try {
            return ProcFile.readOnce(SWITCH).strip();
        } catch (IOException e) {
            return "absent before Linux 6.6";
        }
    }

    private static String innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
