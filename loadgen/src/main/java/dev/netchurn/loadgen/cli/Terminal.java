package dev.netchurn.loadgen.cli;

import dev.netchurn.linux.Syscalls;

/** What the standard streams are connected to. */
final class Terminal {

    static final int STANDARD_OUTPUT = 1;
    static final int STANDARD_ERROR = 2;

    private Terminal() {
    }

    /** Whether a stream is a terminal that a person looks at. */
    static boolean isInteractive(int descriptor) {
        try (Syscalls syscalls = new Syscalls()) {
            return syscalls.isTerminal(descriptor) && System.getenv("CI") == null && !"dumb".equals(System.getenv("TERM"));
        }
    }

    /** Whether colours may be used on a stream (https://no-color.org). */
    static boolean showsColours(int descriptor) {
        String refused = System.getenv("NO_COLOR");
        return isInteractive(descriptor) && (refused == null || refused.isEmpty());
    }
}
