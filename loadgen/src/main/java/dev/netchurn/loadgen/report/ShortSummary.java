package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.CounterTone;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import dev.netchurn.loadgen.run.LedgerSummary;
import dev.netchurn.loadgen.run.Limiter;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A finished run for a screen that the whole summary would scroll off: verdict with its reasons, rate, latency, sockets,
 * counters that deserve attention, what limited it and what to try, and where the rest is.
 */
final class ShortSummary {

    private ShortSummary() {
    }

    static void print(Page page, RunResult result, @Nullable Path folder) {
        connections(page, result);
        page.joinedBlock("Latency");
        LatencyTable.rows(page, result, kinds(result));
        sockets(page, result);
        counters(page, result);
        page.joinedBlock("Limited by");
        page.sentence(Limiter.of(result).sentence());
        page.joinedBlock("Try next");
        page.line(page.paint(Ink.STRONG, NextCommand.of(result).command()));
        if (folder != null) {
            page.joinedBlock("Files");
            page.line(folder.toString());
            page.sentence(Ink.QUIET, "report.html there has charts and every figure; ./netchurn report with that folder prints"
                    + " the whole summary, with what each counter means");
        }
    }

    private static void connections(Page page, RunResult result) {
        LedgerSummary ledger = result.ledger();
        page.block("Connections");
        Double offered = result.rate().offeredPerSecond();
        String failed = Figures.count(ledger.failedTotal() + ledger.closeFailedTotal()) + " failed"
                + (ledger.shed() > 0 ? ", " + Figures.count(ledger.shed()) + " shed" : "");
        boolean isWell = ledger.failedTotal() + ledger.closeFailedTotal() + ledger.shed() == 0;
        page.line(page.paint(Ink.STRONG, Figures.rate(result.rate().achievedPerSecond()))
                + (offered == null ? "" : " of " + Figures.rate(offered)) + " established, "
                + Figures.count(ledger.established()) + " in all");
        page.line((isWell ? failed : page.paint(Ink.BAD, failed)) + ", " + Figures.count(ledger.stillOpen()) + " still open, "
                + String.format(Locale.ROOT, "%.1f", ledger.inFlight().mean()) + " in flight");
        StringJoiner causes = new StringJoiner(", ");
        ledger.failed().forEach((outcome, count) -> add(causes, outcome, count));
        ledger.closeFailed().forEach((outcome, count) -> add(causes, outcome, count));
        if (causes.length() > 0) {
            page.sentence(Ink.BAD, causes.toString());
        }
    }

    private static void add(StringJoiner text, String name, long count) {
        if (count > 0) {
            text.add(name + " " + Figures.count(count));
        }
    }

    /** The handshake, the answer, and the first kind of close that says something about the other end. */
    private static List<LatencyKind> kinds(RunResult result) {
        List<LatencyKind> kinds = new ArrayList<>(
                List.of(LatencyKind.CONNECT, LatencyKind.CONNECT_FROM_INTENDED, LatencyKind.RESPONSE));
        LatencyTable.CLOSES.stream().filter(kind -> result.latency().containsKey(kind.text())).findFirst()
                .ifPresent(kinds::add);
        return kinds;
    }

    private static void sockets(Page page, RunResult result) {
        if (result.census() == null) {
            return;
        }
        page.joinedBlock("Sockets");
        page.sentence("client: " + peaks(result.census().client()));
        page.sentence("server: " + peaks(result.census().server()));
        StateCount leaked = result.census().server() == null ? null : result.census().server().get(TcpState.CLOSE_WAIT);
        if (leaked != null && leaked.atEnd() != null && leaked.atEnd() > 0) {
            page.sentence(Ink.BAD, Figures.count(leaked.atEnd()) + " CLOSE_WAIT at the end: the server did not close them");
        }
    }

    private static String peaks(@Nullable Map<TcpState, StateCount> side) {
        if (side == null) {
            return "not observed";
        }
        StringJoiner text = new StringJoiner(", ");
        side.entrySet().stream().filter(entry -> entry.getKey() != TcpState.LISTEN && entry.getValue().peak() > 0)
                .sorted(Comparator.comparing(entry -> -entry.getValue().peak()))
                .forEach(entry -> text.add(entry.getKey() + " " + Figures.count(entry.getValue().peak())));
        return text.length() == 0 ? "no socket" : text + " at most";
    }

    /** Those that tell of trouble, by side. */
    private static void counters(Page page, RunResult result) {
        StringJoiner text = new StringJoiner(", ");
        result.counters().forEach((side, moved) -> moved.forEach((name, by) -> {
            if (CounterTone.of(name) == CounterTone.TROUBLE && by != 0) {
                text.add(name + " " + Figures.count(by) + (side.equals("shared") ? "" : " " + side));
            }
        }));
        page.joinedBlock("Counters");
        if (text.length() == 0) {
            page.line("none that tells of trouble moved");
        } else {
            page.sentence(Ink.BAD, text.toString());
        }
    }
}
