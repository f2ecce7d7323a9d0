package dev.netchurn.loadgen.cli;

import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.report.Screen;
import java.nio.charset.Charset;

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

    /** What a stream can show. */
    static Screen screen(int descriptor) {
        try (Syscalls syscalls = new Syscalls()) {
            return Screen.of(System.getenv(), isInteractive(descriptor),
                    Charset.forName(System.getProperty("stdout.encoding", "UTF-8")), syscalls.windowSize(descriptor));
        }
    }
}
