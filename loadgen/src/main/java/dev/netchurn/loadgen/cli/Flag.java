package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.DurationText;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the values of flags; every complaint begins with the flag's name. */
final class Flag {

    private Flag() {
    }

    /** Reads with a parser that complains by IllegalArgumentException. */
    static <T> T read(String flag, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
        }
    }

    /** A duration of 0 or more, in nanoseconds. */
    static long ns(String flag, String text) {
        return read(flag, text, DurationText::parse).toNanos();
    }

    /** A duration above 0, in nanoseconds. */
    static long positiveNs(String flag, String text) {
        long ns = ns(flag, text);
        if (ns == 0) {
            throw new IllegalArgumentException(flag + ": must be longer than 0");
        }
        return ns;
    }

    /** A whole number within bounds. */
    static long count(String flag, String text, long least, long most) {
        return read(flag, text, value -> Quantity.count(value, least, most));
    }

    /** One of an enum's constants, in lower case. */
    static <E extends Enum<E>> E choice(String flag, String text, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        String known = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(flag + ": '" + text + "' is none of " + known);
    }
}
