package dev.netchurn.loadgen.run;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts and rates as people write them: {@code 500 20k 1.5m}. */
public final class CountText {

    private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)([km]?)");

    private CountText() {
    }

    /**
     * Reads a count or rate of 0 or more.
     *
     * @throws IllegalArgumentException with a sentence for the user when the text is not a number, or one with k or m
     */
    public static double parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a count; write a number, or one with k or m, such as 500, 20k or 1.5m");
        }
        double number = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "k" -> number * 1e3;
            case "m" -> number * 1e6;
            default -> number;
        };
    }
}
