package dev.netchurn.loadgen.report;

import java.nio.charset.Charset;
import java.util.Map;

/**
 * What the place that is printed to can show.
 *
 * @param columns width, at least 20
 * @param colours whether escape sequences for colours are understood and wanted
 * @param unicode whether more than ASCII can be shown
 */
public record Screen(int columns, boolean colours, boolean unicode) {

    /** Width of a report, and of a terminal that does not say. */
    public static final int REPORT_COLUMNS = 100;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 20;

    public Screen {
        columns = Math.max(LEAST_COLUMNS, columns);
    }

    /** A file or a pipe: no colours. */
    public static Screen plain() {
        return new Screen(REPORT_COLUMNS, false, true);
    }

    /**
     * What a stream can show, by the customs of terminals: {@code NO_COLOR} with any text, or {@code TERM=dumb}, means no
     * colours (no-color.org).
     *
     * @param environment variables of this process
     * @param isTerminal whether the stream is a terminal
     * @param charset that the stream writes in
     * @param measuredColumns width as the terminal told it, 0 when it did not; {@code COLUMNS} comes first
     */
    public static Screen of(Map<String, String> environment, boolean isTerminal, Charset charset, int measuredColumns) {
        boolean colours = isTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
        boolean unicode = charset.canEncode() && charset.newEncoder().canEncode(Figures.NONE + "µ█");
        return new Screen(columns(environment.getOrDefault("COLUMNS", ""), measuredColumns), colours, unicode);
    }

    private static int columns(String given, int measured) {
        if (given.matches("[1-9]\\d{0,3}")) {
            return Integer.parseInt(given);
        }
        return measured > 0 ? measured : DEFAULT_COLUMNS;
    }

    /** Paints a text, or leaves it. */
    String paint(Ink ink, String text) {
        return colours ? ink.paint(text) : text;
    }

    /** A text in characters that this screen has. */
    String shown(String text) {
        return unicode
                ? text
                : text.replace('µ', 'u').replace('–', '-').replace('·', '-').replace('█', '#').replace('░', '.')
                        .replace('…', '~').replace('─', '-').replace('▶', '>').replace('◀', '<').replace('✗', 'x')
                        .replace('✓', '+')
                        .replace("→", "->");
    }

    /** A text without colours, cut to the width. */
    String cut(String text) {
        return text.length() < columns ? text : text.substring(0, columns - 2) + "…";
    }
}
