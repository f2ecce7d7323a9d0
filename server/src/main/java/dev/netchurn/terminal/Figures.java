package dev.netchurn.terminal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as people read them: {@code 12 345}, {@code 20.3k/s}, {@code 12.3 µs}, {@code 0.93}. Three digits tell enough. */
public final class Figures {

    /** Stands for a value that was not observed, or that too few arrivals support. */
    public static final String NONE = "–";
    /** Stands for a percentile among arrivals that never got there. */
    public static final String INFINITE = "> timeout";

    private Figures() {
    }

    /** A whole number in groups of three. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count).replace(',', ' ');
    }

    /** As {@link #count}, or a dash for what was not observed. */
    public static String count(@Nullable Long count) {
        return count == null ? NONE : count(count.longValue());
    }

    /** A rate in full, such as {@code 20 341/s}; with a decimal below 100. */
    public static String rate(double perSecond) {
        return (perSecond > 0 && perSecond < 100 ? decimals(perSecond, 1) : count(Math.round(perSecond))) + "/s";
    }

    /** A rate in three digits, such as {@code 20.3k/s}. */
    public static String shortRate(double perSecond) {
        if (perSecond >= 999_500) {
            return threeDigits(perSecond / 1e6) + "m/s";
        }
        return perSecond >= 999.5 ? threeDigits(perSecond / 1e3) + "k/s" : threeDigits(perSecond) + "/s";
    }

    /** A time in three digits, from {@code 1 ns} over {@code 12.3 µs} to {@code 61.2 s}; minutes only from ten on. */
    public static String time(double ns) {
        if (ns < 999.5) {
            return Math.round(ns) + " ns";
        }
        if (ns < 999.5e3) {
            return threeDigits(ns / 1e3) + " µs";
        }
        if (ns < 999.5e6) {
            return threeDigits(ns / 1e6) + " ms";
        }
        return ns < 600e9 ? threeDigits(ns / 1e9) + " s" : Math.round(ns / 60e9) + " min";
    }

    /** As {@link #time(double)}, or a dash for what was not observed. */
    public static String time(@Nullable Number ns) {
        return ns == null ? NONE : time(ns.doubleValue());
    }

    /** A share of one as a percentage, such as {@code 97 %}; with a decimal below 10. */
    public static String percent(double share) {
        double percent = 100 * share;
        return (percent != 0 && percent < 10 ? decimals(percent, 1) : decimals(percent, 0)) + " %";
    }

    /** A plain number with two decimals, such as cores. */
    public static String cores(@Nullable Double cores) {
        return cores == null ? NONE : decimals(cores, 2);
    }

    private static String threeDigits(double value) {
        return decimals(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
    }

    private static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
