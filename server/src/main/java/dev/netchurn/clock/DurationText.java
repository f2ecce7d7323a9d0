package dev.netchurn.clock;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them on a command line: {@code 250us 500ms 10s 2m 1h}. */
public final class DurationText {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");

    private DurationText() {
    }

    /**
     * Reads a duration of 0 to 24 hours.
     *
     * @throws IllegalArgumentException with a sentence for the user when the text is not a number with a unit
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration; write a number with a unit, such as 500ms, 10s or 2m");
        }
        double number = Double.parseDouble(matcher.group(1));
        double ns = number * unitNs(matcher.group(2));
        if (ns > unitNs("h") * 24) {
            throw new IllegalArgumentException("'" + text + "' is longer than 24 hours");
        }
        return Duration.ofNanos(Math.round(ns));
    }

    /** Writes a duration in the largest unit that gives a whole number; {@code parse(format(d))} is {@code d}. */
    public static String format(Duration duration) {
        long ns = duration.toNanos();
        for (String unit : new String[] {"h", "m", "s", "ms", "us"}) {
            long unitNs = (long) unitNs(unit);
            if (ns != 0 && ns % unitNs == 0) {
                return ns / unitNs + unit;
            }
        }
        return ns == 0 ? "0s" : ns + "ns";
    }

    private static double unitNs(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> throw new IllegalArgumentException("unknown unit " + unit);
        };
    }
}
