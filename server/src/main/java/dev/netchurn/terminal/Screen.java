package dev.netchurn.terminal;

import dev.netchurn.linux.WindowSize;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * What the place that is printed to can show.
 *
 * @param columns width, at least 20
 * @param rows height; 0 when it is not known or does not matter, as for a file
 * @param colours whether escape sequences for colours are understood and wanted
 * @param unicode whether more than ASCII can be shown
 */
public record Screen(int columns, int rows, boolean colours, boolean unicode) {

    /** Width of a report, and of a terminal that does not say. */
    public static final int REPORT_COLUMNS = 100;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 20;
    /** Columns of one to seven eighths, and bars of as many, that ASCII has not. */
    private static final String COLUMNS = "▁▂▃▄▅▆▇█";
    private static final String EIGHTHS = "▏▎▍▌▋▊▉";

    public Screen {
        columns = Math.max(LEAST_COLUMNS, columns);
    }

    /** One whose height is not known. */
    public Screen(int columns, boolean colours, boolean unicode) {
        this(columns, 0, colours, unicode);
    }

    /** The same, for somebody who asked for everything, however far it scrolls. */
    public Screen endless() {
        return new Screen(columns, 0, colours, unicode);
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
     * @param measured size as the terminal told it; {@code COLUMNS} and {@code LINES} come first
     */
    public static Screen of(Map<String, String> environment, boolean isTerminal, Charset charset,
            WindowSize measured) {
        boolean colours = isTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
        boolean unicode = charset.canEncode() && charset.newEncoder().canEncode("–µ█");
        int columns = given(environment.getOrDefault("COLUMNS", ""), measured.columns());
        return new Screen(columns > 0 ? columns : DEFAULT_COLUMNS,
                isTerminal ? given(environment.getOrDefault("LINES", ""), measured.rows()) : 0, colours, unicode);
    }

    private static int given(String given, int measured) {
        return given.matches("[1-9]\\d{0,3}") ? Integer.parseInt(given) : measured;
    }

    /** Paints a text, or leaves it. */
    public String paint(Ink ink, String text) {
        return colours ? ink.paint(text) : text;
    }

    /** A text in characters that this screen has. */
    public String shown(String text) {
        if (unicode) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        text.chars().forEach(drawn -> {
            int column = COLUMNS.indexOf(drawn);
            plain.append(column >= 0 ? "_.:-=+*#".charAt(column) : EIGHTHS.indexOf(drawn) >= 0 ? '#' : (char) drawn);
        });
        return plain.toString().replace('µ', 'u').replace('–', '-').replace('·', '-').replace('█', '#').replace('░', '.')
                .replace('…', '~').replace('─', '-').replace('▶', '>').replace('◀', '<').replace('✗', 'x')
                .replace('✓', '+')
                .replace("→", "->");
    }

    /** A text without colours, cut to the width. */
    public String cut(String text) {
        return text.length() < columns ? text : text.substring(0, columns - 2) + "…";
    }
}
