package dev.netchurn.loadgen.report;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the terminal for its width, which Java cannot. */
public final class TerminalSize {

    private static final File TERMINAL = new File("/dev/tty");
    private static final Pattern FORM = Pattern.compile("\\d+ ([1-9]\\d{0,4})\\s*");
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private TerminalSize() {
    }

    /** Columns of the terminal that this process belongs to; 0 when there is none or it does not say. May take half a second. */
    public static int columns() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(TERMINAL)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!stty.waitFor(PATIENCE_NS, TimeUnit.NANOSECONDS)) {
                stty.destroyForcibly();
                return 0;
            }
            return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException _) {
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Columns in what {@code stty size} prints: rows, a space, columns. */
    static int parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
