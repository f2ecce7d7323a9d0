package dev.netchurn.terminal;

import dev.netchurn.linux.ThisProcess;
import java.nio.charset.Charset;

/** What the standard streams are connected to. */
public final class Terminal {

    public static final int STANDARD_OUTPUT = 1;
    public static final int STANDARD_ERROR = 2;

    private Terminal() {
    }

    /** Whether a stream is a terminal that a person looks at. */
    public static boolean isInteractive(int descriptor) {
        return ThisProcess.isTerminal(descriptor) && System.getenv("CI") == null && !"dumb".equals(System.getenv("TERM"));
    }

    /** What a stream can show. */
    public static Screen screen(int descriptor) {
        return Screen.of(System.getenv(), isInteractive(descriptor),
                Charset.forName(System.getProperty("stdout.encoding", "UTF-8")), ThisProcess.windowSize(descriptor));
    }
}
