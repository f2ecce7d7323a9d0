package dev.netchurn.server.cli;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.ServerBooks;
import java.io.PrintWriter;

/**
 * Shows a target's books while it works: a line per second in which they moved, or on a terminal one line that is written
 * anew. Owned by the thread of the command.
 */
final class BooksDisplay {

    private static final String BEGIN_AND_CLEAR_LINE = "\r\u001b[2K";

    private final ChurnServer server;
    private final NanoClock clock;
    private final PrintWriter out;
    private final boolean quiet;
    private final boolean terminal;
    private final long startNs;
    private long shownNs;
    private ServerBooks shown = ServerBooks.EMPTY;

    BooksDisplay(ChurnServer server, NanoClock clock, PrintWriter out, boolean quiet, boolean terminal) {
        this.server = server;
        this.clock = clock;
        this.out = out;
        this.quiet = quiet;
        this.terminal = terminal;
        this.startNs = clock.nanoTime();
        this.shownNs = startNs;
    }

    void ready(String line) {
        print(line + "\n");
    }

    /** To be called every second. */
    void second() {
        ServerBooks now = server.books();
        long nowNs = clock.nanoTime();
        if (terminal || !now.equals(shown)) {
            double perSecond = (now.accepted() - shown.accepted()) * 1e9 / (nowNs - shownNs);
            String line = BooksText.line((nowNs - startNs) / 1_000_000_000L, now, perSecond);
            print(terminal ? BEGIN_AND_CLEAR_LINE + line : line + "\n");
        }
        shown = now;
        shownNs = nowNs;
    }

    void end() {
        print((terminal ? BEGIN_AND_CLEAR_LINE : "") + BooksText.table(server.books()));
    }

    private void print(String text) {
        if (!quiet) {
            out.print(text);
            out.flush();
        }
    }
}
