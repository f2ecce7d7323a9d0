package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import org.jspecify.annotations.Nullable;

/** The three books, and what a connection cost each side in CPU time. */
final class BooksBlock {

    private BooksBlock() {
    }

    static void print(Page page, RunResult result) {
        RunResult.Books books = result.books();
        page.block("Books");
        String sentence = "client " + Figures.count(books.ledger()) + ", its kernel " + Figures.count(books.activeOpens())
                + ", server's kernel " + Figures.count(books.passiveOpens())
                + (result.config().containsKey("target-command") ? "" : ", " + target(books));
        Boolean agree = books.agree();
        if (agree == null) {
            page.sentence(sentence);
        } else if (agree) {
            page.sentence(sentence + ": equal");
        } else {
            page.sentence(Ink.BAD, sentence + ": not equal");
        }
        if (agree != null && books.accepted() == null) {
            page.sentence(Ink.QUIET, "the server's own count of what it accepted is not known");
        }
        books.differences().forEach(difference -> page.led("- ", Ink.BAD, difference));
        closes(page, books);
        cpu(page, result);
    }

    private static String target(RunResult.Books books) {
        return books.queued() == null
                ? "target " + Figures.count(books.accepted())
                : "target " + Figures.count(books.accepted()) + ", which never accepts, and its accept queue "
                        + Figures.count(books.queued());
    }

    /** Only where a target did something else with a connection than to close it. */
    private static void closes(Page page, RunResult.Books books) {
        ServerBooks target = books.target();
        if (target == null) {
            return;
        }
        if (target.leaked() > 0) {
            page.sentence("target never closed " + Figures.count(target.leaked()) + " of the "
                    + Figures.count(target.leaked() + target.closedAfterClient()) + " connections that the client closed");
        }
        if (target.bytesAfterFin() > 0) {
            page.sentence("target sent " + Figures.count(target.bytesAfterFin()) + " bytes after the client's FIN, on "
                    + Figures.count(target.closedAfterClient() + target.resetByClient()) + " connections");
        }
    }

    private static void cpu(Page page, RunResult result) {
        RunResult.Cpu cpu = result.cpu();
        page.joinedBlock("CPU");
        page.sentence("client " + Figures.time(cpu.clientNsPerConnection()) + " per connection ("
                + Figures.cores(cpu.clientCores())
                + " cores), target " + Figures.time(cpu.serverNsPerConnection()) + " (" + Figures.cores(cpu.serverCores())
                + " cores)"
                + steal(cpu.stealFraction()));
        if (!result.environment().topology().equals("host")) {
            page.sentence(Ink.QUIET, "on " + result.environment().topology()
                    + " the receiver's softirq work runs in the sender's system call and is charged to the sender");
        }
    }

    private static String steal(@Nullable Double steal) {
        return steal == null || steal < 0.005 ? "" : ", " + Figures.percent(steal) + " stolen by other tenants";
    }
}
