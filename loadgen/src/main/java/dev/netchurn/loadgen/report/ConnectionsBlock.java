package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.FailureAdvice;
import dev.netchurn.loadgen.run.LedgerSummary;
import dev.netchurn.loadgen.run.RunResult;
import java.util.Locale;

/** How many connections per second, and what became of each arrival. */
final class ConnectionsBlock {

    private static final int CELL = 27;

    private ConnectionsBlock() {
    }

    static void print(Page page, RunResult result) {
        LedgerSummary ledger = result.ledger();
        page.block("Connections");
        String achieved = Figures.rate(result.rate().achievedPerSecond());
        page.line(page.paint(Ink.STRONG, achieved) + Page.left(" established", CELL - achieved.length())
                + Page.left(Figures.rate(result.rate().closesPerSecond()) + " closed", CELL) + offered(result));
        page.line(Page.left(Figures.count(ledger.established()) + " established", CELL)
                + failed(page, ledger)
                + Figures.count(ledger.stillOpen()) + " still open");
        page.line(Page.left(String.format(Locale.ROOT, "%.1f in flight on average", ledger.inFlight().mean()), CELL)
                + Figures.count(ledger.inFlight().max()) + " in flight at most");
        failures(page, ledger);
        if (ledger.unreadCloses() > 0) {
            page.led(cell(ledger.unreadCloses(), "unread"), Ink.QUIET, "closed with unread bytes, which turns the close into an RST");
        }
    }

    private static String offered(RunResult result) {
        Double offered = result.rate().offeredPerSecond();
        return offered == null ? "" : Figures.rate(offered) + " offered";
    }

    private static String failed(Page page, LedgerSummary ledger) {
        String text = Figures.count(ledger.failedTotal() + ledger.closeFailedTotal()) + " failed"
                + (ledger.shed() > 0 ? ", " + Figures.count(ledger.shed()) + " shed" : "");
        String padded = Page.left(text, CELL);
        return ledger.failedTotal() + ledger.closeFailedTotal() + ledger.shed() == 0 ? padded : page.paint(Ink.BAD, padded);
    }

    private static void failures(Page page, LedgerSummary ledger) {
        for (Outcome outcome : Outcome.values()) {
            long count = ledger.failed().getOrDefault(outcome.text(), 0L);
            Integer errno = ledger.errno().get(outcome.text());
            if (count > 0) {
                page.led(cell(count, outcome.text()), Ink.QUIET,
                        FailureAdvice.of(outcome) + (errno == null ? "" : " (errno " + errno + ")"));
            }
        }
        if (ledger.shed() > 0) {
            page.led(cell(ledger.shed(), Outcome.SHED.text()), Ink.QUIET, FailureAdvice.of(Outcome.SHED));
        }
        for (CloseOutcome outcome : CloseOutcome.values()) {
            long count = ledger.closeFailed().getOrDefault(outcome.text(), 0L);
            if (count > 0) {
                page.led(cell(count, outcome.text()), Ink.QUIET, FailureAdvice.of(outcome));
            }
        }
    }

    private static String cell(long count, String name) {
        return Page.left(Figures.count(count) + " " + name, CELL);
    }
}
