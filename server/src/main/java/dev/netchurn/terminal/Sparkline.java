package dev.netchurn.terminal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of values as small columns, from zero at the bottom to the highest of them at the top. */
public final class Sparkline {

    private static final String COLUMNS = "▁▂▃▄▅▆▇█";

    private Sparkline() {
    }

    /** The last values that fit into the width; a gap where there is none. */
    public static String of(List<@Nullable Double> values, int width) {
        List<@Nullable Double> last = values.subList(Math.max(0, values.size() - Math.max(0, width)), values.size());
        double highest = last.stream().mapToDouble(value -> value == null ? 0 : value).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Double value : last) {
            text.append(value == null ? ' ' : column(highest == 0 ? 0 : value / highest));
        }
        return text.toString();
    }

    private static char column(double share) {
        return COLUMNS.charAt(Math.clamp(Math.round(share * (COLUMNS.length() - 1)), 0, COLUMNS.length() - 1));
    }
}
