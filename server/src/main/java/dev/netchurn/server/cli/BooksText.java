package dev.netchurn.server.cli;

import dev.netchurn.server.ServerBooks;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A target's books as text: one line while it works, a table at the end. */
final class BooksText {

    private BooksText() {
    }

    /**
     * One line.
     *
     * @param secondsSinceStart whole seconds
     * @param accepted connections accepted per second since the line before
     */
    static String line(long secondsSinceStart, ServerBooks books, double acceptedPerSecond) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT,
                "%6ds  %,9.0f/s accepted %,d  closed after client %,d, first %,d  reset %,d  open %,d",
                secondsSinceStart, acceptedPerSecond, books.accepted(), books.closedAfterClient(), books.closedFirst(),
                books.resetByClient(), books.open()));
        others(books).forEach((name, count) -> line.append(String.format(Locale.ROOT, "  %s %,d", name, count)));
        return line.toString();
    }

    /** A table; counts of what a target need not do or what went wrong only where there are any. */
    static String table(ServerBooks books) {
        Map<String, Long> rows = new LinkedHashMap<>();
        rows.put("accepted", books.accepted());
        rows.put("closed after the client", books.closedAfterClient());
        rows.put("closed first", books.closedFirst());
        rows.put("reset by the client", books.resetByClient());
        rows.put("still open", books.open());
        rows.putAll(others(books));
        StringBuilder table = new StringBuilder("Books of this target\n");
        rows.forEach((name, count) -> table.append(String.format(Locale.ROOT, "  %-24s %,15d%n", name, count)));
        return table.toString();
    }

    private static Map<String, Long> others(ServerBooks books) {
        Map<String, Long> others = new LinkedHashMap<>();
        others.put("leaked", books.leaked());
        others.put("bytes after the FIN", books.bytesAfterFin());
        others.put("exchanges failed", books.exchangeFailed());
        others.put("unread bytes", books.unreadBytes());
        others.put("accept pauses", books.acceptPauses());
        others.put("accept errors", books.acceptErrors());
        others.put("loop errors", books.loopErrors());
        others.values().removeIf(count -> count == 0);
        return others;
    }
}
