package dev.netchurn.loadgen.cli;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rates and counts as people write them: {@code 500 20k 1.5m}. */
final class Quantity {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)([kKmM]?)");

    private Quantity() {
    }

    /**
     * Reads a rate.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    static double rate(String text) {
        return number(text, "rate").doubleValue();
    }

    /**
     * Reads a whole number between bounds.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    static long count(String text, long least, long most) {
        try {
            long count = number(text, "count").longValueExact();
            if (count >= least && count <= most) {
                return count;
            }
        } catch (ArithmeticException e) {
            // Not whole; said below.
        }
        throw new IllegalArgumentException("'" + text + "' is not a whole number between " + least + " and " + most);
    }

    private static BigDecimal number(String text, String what) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a " + what + "; write a number, or one with k or m, such as 500, 20k or 1.5m");
        }
        BigDecimal factor = switch (matcher.group(2)) {
            case "k", "K" -> BigDecimal.valueOf(1_000);
            case "m", "M" -> BigDecimal.valueOf(1_000_000);
            default -> BigDecimal.ONE;
        };
        return new BigDecimal(matcher.group(1)).multiply(factor);
    }
}
