package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ExchangeDifference;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.FailureAdvice;
import dev.netchurn.loadgen.run.LedgerSummary;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import java.util.Locale;

/** How many connections per second, and what became of each arrival. */
final class ConnectionsBlock {

    private static final int CELL = 27;
    private static final int NARROW = 21;

    private ConnectionsBlock() {
    }

    static void print(Page page, RunResult result) {
        LedgerSummary ledger = result.ledger();
        page.block("Connections");
        String achieved = Figures.rate(result.rate().achievedPerSecond());
        page.line(page.paint(Ink.STRONG, achieved) + cell(page, achieved + " established").substring(achieved.length())
                + cell(page, Figures.rate(result.rate().closesPerSecond()) + " closed") + offered(result));
        page.line(cell(page, Figures.count(ledger.established()) + " established")
                + failed(page, ledger)
                + Figures.count(ledger.stillOpen()) + " still open");
        page.line(cell(page, String.format(Locale.ROOT, "%.1f in flight, mean", ledger.inFlight().mean()))
                + Figures.count(ledger.inFlight().max()) + " in flight at most");
        failures(page, ledger);
        ExchangeDifference difference = ledger.difference();
        if (difference != null) {
            page.led(cell(page, "first difference"), Ink.QUIET, difference.text());
        }
        if (ledger.bytesAfterFin() > 0) {
            page.led(cell(page, Figures.count(ledger.bytesAfterFin()) + " bytes"), Ink.QUIET,
                    "were read after the client's FIN, in the half of the connection that the server kept open");
        }
        if (ledger.unreadCloses() > 0) {
            page.led(cell(page, ledger.unreadCloses(), "unread"), Ink.QUIET,
                    "closed with unread bytes, which turns the close into an RST ("
                            + Figures.count(ledger.unreadBytes()) + " bytes in all)");
        }
    }

    private static String offered(RunResult result) {
        Double offered = result.rate().offeredPerSecond();
        return offered == null ? "" : Figures.rate(offered) + " offered";
    }

    private static String failed(Page page, LedgerSummary ledger) {
        String text = Figures.count(ledger.failedTotal() + ledger.closeFailedTotal()) + " failed"
                + (ledger.shed() > 0 ? ", " + Figures.count(ledger.shed()) + " shed" : "");
        String padded = cell(page, text);
        return ledger.failedTotal() + ledger.closeFailedTotal() + ledger.shed() == 0 ? padded : page.paint(Ink.BAD, padded);
    }

    private static void failures(Page page, LedgerSummary ledger) {
        for (Outcome outcome : Outcome.values()) {
            long count = ledger.failed().getOrDefault(outcome.text(), 0L);
            Integer errno = ledger.errno().get(outcome.text());
            if (count > 0) {
                page.led(cell(page, count, outcome.text()), Ink.QUIET,
                        FailureAdvice.of(outcome) + (errno == null ? "" : " (errno " + errno + ")"));
            }
        }
        if (ledger.shed() > 0) {
            page.led(cell(page, ledger.shed(), Outcome.SHED.text()), Ink.QUIET, FailureAdvice.of(Outcome.SHED));
        }
        for (CloseOutcome outcome : CloseOutcome.values()) {
            long count = ledger.closeFailed().getOrDefault(outcome.text(), 0L);
            if (count > 0) {
                page.led(cell(page, count, outcome.text()), Ink.QUIET, FailureAdvice.of(outcome));
            }
        }
    }

    private static String cell(Page page, long count, String name) {
        return cell(page, Figures.count(count) + " " + name);
    }

    /** Padded to the column, with a space after it however long it is. */
    private static String cell(Page page, String text) {
        return Lines.left(text, (page.isWide() ? CELL : NARROW) - 1) + " ";
    }
}
