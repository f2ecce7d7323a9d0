package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.ClosersSummary;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.LedgerSummary;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One line per latency that was observed, with the percentiles that the samples support. */
final class LatencyTable {

    private static final int NAME = 20;
    private static final int CELL = 10;
    private static final int COUNT = 14;
    private static final int NARROW = 9;
    private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99, 0.999, 1.0);
    private static final List<Double> FEWER_QUANTILES = List.of(0.5, 0.9, 0.99, 1.0);

    /** Ways to close, those first that the other end takes part in. */
    static final List<LatencyKind> CLOSES =
            List.of(LatencyKind.CLOSE_HANDSHAKE, LatencyKind.PEER_CLOSE, LatencyKind.CLOSE_CALL);

    private LatencyTable() {
    }

    static void print(Page page, RunResult result) {
        if (result.latency().isEmpty()) {
            return;
        }
        page.block("Latency");
        rows(page, result, List.of(LatencyKind.values()));
        notes(page, result);
    }

    /** Only the rows, of those of these latencies that were observed. */
    static void rows(Page page, RunResult result, List<LatencyKind> kinds) {
        StringBuilder heading = new StringBuilder(Lines.left("", NAME));
        quantiles(page).forEach(quantile -> heading.append(right(page, quantile == 1 ? "max" : "p" + digits(quantile))));
        page.line(page.paint(Ink.QUIET, heading + Lines.right("samples", samples(page))));
        for (LatencyKind kind : kinds) {
            LatencySummary summary = result.latencyOf(kind.text());
            if (summary != null) {
                page.line(row(page, kind, summary));
            }
        }
    }

    private static String row(Page page, LatencyKind kind, LatencySummary summary) {
        StringBuilder row = new StringBuilder(Lines.left(kind.text(), NAME));
        for (double quantile : quantiles(page)) {
            row.append(cell(page, summary, quantile));
        }
        return row.append(Lines.right(Figures.count(summary.count()), samples(page))).toString();
    }

    private static String cell(Page page, LatencySummary summary, double quantile) {
        if (summary.isInfinite(quantile)) {
            return page.paint(Ink.BAD, right(page, Figures.INFINITE));
        }
        return right(page, Figures.time(summary.at(quantile)));
    }

    private static List<Double> quantiles(Page page) {
        return page.isWide() ? QUANTILES : FEWER_QUANTILES;
    }

    private static String digits(double quantile) {
        return quantile == 0.999 ? "99.9" : String.valueOf(Math.round(100 * quantile));
    }

    private static int samples(Page page) {
        return page.isWide() ? COUNT : NARROW;
    }

    private static void notes(Page page, RunResult result) {
        LedgerSummary.Eager eager = result.ledger().eager();
        if (eager.hits() > 0) {
            page.sentence(Ink.QUIET, "connect: " + Figures.percent(eager.share())
                    + " of the handshakes were complete when asked for at once, so it is the kernel's work without an event loop");
        } else if (eager.notTried() + eager.misses() > 0) {
            page.sentence(Ink.QUIET, "connect: epoll told of each handshake, so it includes the wait for the event loop");
        }
        if (result.latency().values().stream().anyMatch(summary -> summary.ranked() > summary.count())) {
            page.sentence(Ink.QUIET,
                    Figures.INFINITE + ": ranked over all scheduled arrivals; those shed, failed or unfinished count"
                            + " as infinitely late");
        }
        if (result.latency().values().stream().anyMatch(summary -> summary.isOmitted(0.999))) {
            page.sentence(Ink.QUIET, Figures.NONE + ": fewer than " + LatencySummary.LEAST_ABOVE + " samples lie above it");
        }
        closers(page, result);
        repeats(page, result);
    }

    private static void closers(Page page, RunResult result) {
        ClosersSummary closers = result.closers();
        if (closers == null) {
            return;
        }
        page.sentence(Ink.QUIET, "lingerClose: by " + closers.executor() + ", " + Figures.count(closers.size())
                + (closers.size() == 1 ? " thread; " : " threads; ") + (closers.queueMax() == 0
                        ? "one was always free"
                        : String.format(Locale.ROOT, "%.1f", closers.queueMean()) + " closes queued, mean, and "
                                + Figures.count(closers.queueMax()) + " at most"
                                + (closers.queueTime() == null
                                        ? "; the time contains that wait, as for any user of Netty"
                                        : "")));
        if (closers.ranOut() > 0) {
            page.sentence(Ink.CAUTION, Figures.count(closers.ranOut()) + " lingers ran out before our FIN was acknowledged:"
                    + " close(2) returned, and the kernel goes on in the background");
        }
    }

    private static void repeats(Page page, RunResult result) {
        if (result.synRetransmits() == null) {
            return;
        }
        long repeated = result.synRetransmits().entrySet().stream().filter(entry -> !entry.getKey().equals("0"))
                .mapToLong(Map.Entry::getValue).sum();
        if (repeated > 0) {
            page.sentence(Ink.CAUTION, Figures.count(repeated) + " of the connections that were asked had to repeat their SYN,"
                    + " which takes 1 s or more: look for steps of whole seconds in connect");
        }
    }

    private static String right(Page page, String text) {
        return Lines.right(text, page.isWide() ? CELL : NARROW);
    }
}
