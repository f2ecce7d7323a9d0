package dev.netchurn.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Text that fits a width: padded, or over several lines. Widths are in columns, of one character each. */
public final class Lines {

    private static final String INDENT = "    ";
    /** Less than this beside a lead would put words below each other. */
    private static final int LEAST_ROOM = 24;

    private Lines() {
    }

    /** Breaks at spaces; a word that is longer than the width stands alone. */
    public static List<String> wrap(String sentence, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : sentence.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (!line.isEmpty()) {
                line.append(' ');
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** A sentence after a lead, with as many lines as it needs below each other; at the left where little room is beside the lead. */
    public static List<String> led(String lead, String sentence, int width) {
        int room = width - lead.length();
        if (room >= LEAST_ROOM) {
            List<String> wrapped = wrap(sentence, room);
            return Stream.concat(Stream.of(lead + wrapped.getFirst()),
                    wrapped.stream().skip(1).map(line -> " ".repeat(lead.length()) + line)).toList();
        }
        return Stream.concat(Stream.of(lead.stripTrailing()),
                wrap(sentence, width - INDENT.length()).stream().map(line -> INDENT + line)).toList();
    }

    /** A line over as many lines as it needs, where its last column, set off by two spaces, is a sentence. */
    public static List<String> fit(String line, int width) {
        if (line.length() <= width) {
            return List.of(line);
        }
        int lead = line.lastIndexOf("  ") + 2;
        return lead > 2 && !line.substring(0, lead).isBlank() && lead < width
                ? led(line.substring(0, lead), line.substring(lead), width)
                : led("", line, width);
    }

    /** With spaces before it. */
    public static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** With spaces after it. */
    public static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
