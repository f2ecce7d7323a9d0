package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.run.RunInterval;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sockets by state, client and server side by side, with a bar for each. A state that was seen once keeps its row, and the bars
 * are drawn to the highest count so far, so that nothing jumps from one interval to the next. Used by one thread.
 */
final class StateBars {

    private static final int NAME = 12;
    private static final int COUNT = 11;
    private static final int WIDEST_BAR = 40;
    private static final int NARROWEST_BAR = 4;
    private static final String EIGHTHS = "▏▎▍▌▋▊▉█";

    private final int bar;
    private final Set<TcpState> seen = EnumSet.noneOf(TcpState.class);
    private long highest = 1;

    /** @param width columns that a row may take */
    StateBars(int width) {
        int room = (width - NAME - 2 * (COUNT + 2)) / 2;
        bar = room < NARROWEST_BAR ? 0 : Math.min(WIDEST_BAR, room);
    }

    /** The names of the sides above their columns. */
    String heading() {
        return (Page.left("", NAME) + Page.left(Page.right("client", COUNT), COUNT + gap()) + Page.right("server", COUNT))
                .stripTrailing();
    }

    /** A row per state that was seen so far; at least one. */
    List<String> rows(RunInterval interval) {
        Map<TcpState, Long> client = interval.census().getOrDefault("client", Map.of());
        Map<TcpState, Long> server = interval.census().getOrDefault("server", Map.of());
        take(client);
        take(server);
        List<String> rows = new ArrayList<>();
        for (TcpState state : seen) {
            rows.add((Page.left(state.name(), NAME) + cell(interval, "client", client, state)
                    + cell(interval, "server", server, state)).stripTrailing());
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

    private String cell(RunInterval interval, String side, Map<TcpState, Long> sockets, TcpState state) {
        if (!interval.census().containsKey(side)) {
            return Page.left(Page.right(Figures.NONE, COUNT), COUNT + gap());
        }
        long count = sockets.getOrDefault(state, 0L);
        return Page.left(Page.right(Figures.count(count), COUNT) + (bar == 0 ? "" : " " + bar(count)), COUNT + gap());
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
