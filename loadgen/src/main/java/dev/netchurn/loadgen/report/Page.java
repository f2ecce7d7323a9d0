package dev.netchurn.loadgen.report;

import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import java.util.List;

/**
 * Text as wide as the screen but at most {@value Screen#REPORT_COLUMNS} columns, put together block by block: a label at the left, the lines of the
 * block beside it. Owned by one thread.
 */
final class Page {

    private static final int MARGIN = 14;
    /** Narrower than this, words would stand alone. */
    private static final int LEAST_COLUMNS = 50;

    private final Screen screen;
    private final int width;
    private final StringBuilder text = new StringBuilder();
    private String label = "";

    Page(Screen screen) {
        this.screen = screen;
        width = Math.clamp((long) screen.columns(), LEAST_COLUMNS, Screen.REPORT_COLUMNS);
    }

    /** Whether a line of the report's full width fits. */
    boolean isWide() {
        return width == Screen.REPORT_COLUMNS;
    }

    /** Starts a block; its label stands before its first line. */
    void block(String name) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        label = name;
    }

    /** A block without an empty line before it. */
    void joinedBlock(String name) {
        label = name;
    }

    /** A line that fits, already painted where it should be. */
    void line(String line) {
        text.append(margin()).append(line.stripTrailing()).append('\n');
    }

    /** A sentence over as many lines as it needs. */
    void sentence(String sentence) {
        Lines.wrap(sentence, width - MARGIN).forEach(this::line);
    }

    /** A painted sentence over as many lines as it needs. */
    void sentence(Ink ink, String sentence) {
        Lines.wrap(sentence, width - MARGIN).forEach(line -> line(screen.paint(ink, line)));
    }

    /** A sentence whose first line follows a lead; the others stand below it. */
    void led(String lead, Ink ink, String sentence) {
        List<String> lines = Lines.wrap(sentence, width - MARGIN - lead.length());
        line(lead + screen.paint(ink, lines.getFirst()));
        lines.stream().skip(1).forEach(line -> line(" ".repeat(lead.length()) + screen.paint(ink, line)));
    }

    String paint(Ink ink, String part) {
        return screen.paint(ink, part);
    }

    /** All lines so far, in characters that the screen has. */
    String text() {
        return screen.shown(text.toString());
    }

    private String margin() {
        String margin = Lines.left(label, MARGIN);
        String painted = label.isEmpty() ? margin : screen.paint(Ink.STRONG, label) + margin.substring(label.length());
        label = "";
        return painted;
    }
}
