package dev.netchurn.terminal;

import dev.netchurn.kernel.TcpState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sockets by state, client and server side by side, with a bar for each. A state that was seen once keeps its row, and the bars
 * are drawn to the highest count so far, so that nothing jumps from one interval to the next. Used by one thread.
 */
public final class StateBars {

    private static final int NAME = 12;
    private static final int COUNT = 11;
    private static final int WIDEST_BAR = 40;
    private static final int NARROWEST_BAR = 4;
    private static final String EIGHTHS = "▏▎▍▌▋▊▉█";

    private final int bar;
    private final Set<TcpState> seen = EnumSet.noneOf(TcpState.class);
    private long highest = 1;

    /** @param width columns that a row may take */
    public StateBars(int width) {
        int room = (width - NAME - 2 * (COUNT + 2)) / 2;
        bar = room < NARROWEST_BAR ? 0 : Math.min(WIDEST_BAR, room);
    }

    /**
     * The names of the sides above their columns.
     *
     * @param aside what stands above the names of the states; at most 16 columns
     */
    public String heading(String aside) {
        return Lines.left(aside + Lines.right("client", NAME + COUNT - aside.length()), NAME + COUNT + gap())
                + Lines.right("server", COUNT);
    }

    /**
     * A row per state that was seen so far, beginning with its name; at least one.
     *
     * @param census sockets by state, by side; a side that nobody looked at is absent
     */
    public List<String> rows(Map<String, Map<TcpState, Long>> census) {
        Map<TcpState, Long> client = census.getOrDefault("client", Map.of());
        Map<TcpState, Long> server = census.getOrDefault("server", Map.of());
        take(client);
        take(server);
        List<String> rows = new ArrayList<>();
        for (TcpState state : seen) {
            rows.add((Lines.left(state.name(), NAME) + cell(census, "client", client, state)
                    + cell(census, "server", server, state)).stripTrailing());
        }
        return rows.isEmpty() ? List.of("no socket") : rows;
    }

    private void take(Map<TcpState, Long> sockets) {
        sockets.forEach((state, count) -> {
            if (state != TcpState.LISTEN && count > 0) {
                seen.add(state);
                highest = Math.max(highest, count);
            }
        });
    }

    private String cell(Map<String, Map<TcpState, Long>> census, String side, Map<TcpState, Long> sockets, TcpState state) {
        if (!census.containsKey(side)) {
            return Lines.left(Lines.right(Figures.NONE, COUNT), COUNT + gap());
        }
        long count = sockets.getOrDefault(state, 0L);
        return Lines.left(Lines.right(Figures.count(count), COUNT) + (bar == 0 ? "" : " " + bar(count)), COUNT + gap());
    }

    /** Eighths of a column; whatever is there at all has the thinnest. */
    private String bar(long count) {
        int eighths = count == 0 ? 0 : (int) Math.max(1, Math.round(8.0 * bar * count / highest));
        String full = "█".repeat(eighths / 8);
        return eighths % 8 == 0 ? full : full + EIGHTHS.charAt(eighths % 8 - 1);
    }

    private int gap() {
        return bar == 0 ? 1 : bar + 2;
    }
}
