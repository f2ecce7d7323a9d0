package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.run.CensusSummary;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import dev.netchurn.loadgen.run.Explanation;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which states piled up where: the peak of the samples and what was left after the drain, for each side. */
final class SocketTable {

    private static final int NAME = 20;
    private static final int CELL = 11;

    private SocketTable() {
    }

    static void print(Page page, RunResult result) {
        CensusSummary census = result.census();
        page.block("Sockets");
        if (census == null) {
            page.line("not observed");
        } else {
            table(page, census);
            notes(page, census, result);
        }
        closer(page, result);
    }

    private static void table(Page page, CensusSummary census) {
        page.line(page.paint(Ink.QUIET, Lines.left("", NAME) + right("client") + right("") + right("server")));
        page.line(page.paint(Ink.QUIET, Lines.left("", NAME) + right("peak") + right("end") + right("peak") + right("end")));
        for (TcpState state : TcpState.values()) {
            StateCount client = count(census.client(), state);
            StateCount server = count(census.server(), state);
            if (state != TcpState.LISTEN && (client != null || server != null)) {
                page.line(Lines.left(state.name(), NAME) + cells(page, state, census.client(), client)
                        + cells(page, state, census.server(), server));
            }
        }
    }

    private static String cells(Page page, TcpState state, @Nullable Map<TcpState, StateCount> side,
            @Nullable StateCount count) {
        if (side == null) {
            return right("?") + right("?");
        }
        if (count == null) {
            return right("0") + right("0");
        }
        Long atEnd = count.atEnd();
        String end = right(Figures.count(atEnd));
        boolean isLeft = atEnd != null && atEnd > 0 && state != TcpState.TIME_WAIT;
        return right(Figures.count(count.peak()))
                + (isLeft ? page.paint(state == TcpState.CLOSE_WAIT ? Ink.BAD : Ink.CAUTION, end) : end);
    }

    private static void notes(Page page, CensusSummary census, RunResult result) {
        result.explanations().stream().filter(explanation -> isState(explanation.subject()))
                .forEach(explanation -> page.led("  ",
                        explanation.subject().equals(TcpState.CLOSE_WAIT.name()) ? Ink.CAUTION : Ink.QUIET,
                        explanation.subject() + " at the " + explanation.side() + ": " + explanation.sentence()
                                + unaccepted(census, explanation)));
        if (Boolean.TRUE.equals(census.timeWaitStillGrowing())) {
            page.sentence(Ink.QUIET,
                    "TIME_WAIT was still growing: it lasts 60 s, so its level shows only in a run of 65 s or more");
        }
    }

    private static boolean isState(String subject) {
        return Arrays.stream(TcpState.values()).anyMatch(state -> state.name().equals(subject));
    }

    private static String unaccepted(CensusSummary census, Explanation explanation) {
        StateCount waiting = count(census.server(), TcpState.CLOSE_WAIT);
        boolean isServersCloseWait = explanation.side().equals("server") && explanation.subject().equals("CLOSE_WAIT");
        if (!isServersCloseWait || waiting == null || waiting.unaccepted() == null || waiting.unaccepted() == 0) {
            return "";
        }
        return " " + Figures.count(waiting.unaccepted()) + " of them were never accepted.";
    }

    private static void closer(Page page, RunResult result) {
        RunResult.ActiveCloser closer = result.activeCloser();
        if (closer != null) {
            page.sentence(
                    "closed first: client " + Figures.count(closer.client()) + ", server " + Figures.count(closer.server())
                            + ", both at once " + Figures.count(closer.both()));
        }
        if (result.config().containsKey("target-command") && result.counters().containsKey("server")) {
            page.sentence(Ink.QUIET,
                    "TIME_WAIT made while measuring: " + timeWait(result, "client") + " by the client's kernel, "
                            + timeWait(result, "server") + " by the server's");
        }
        RunResult.ListenQueueSummary queue = result.listenQueue();
        if (queue != null) {
            String line = "accept queue: " + Figures.count(queue.peak()) + " at most, of " + Figures.count(queue.limit());
            page.line(queue.peak() >= queue.limit() && queue.limit() > 0 ? page.paint(Ink.BAD, line) : line);
        }
    }

    private static String timeWait(RunResult result, String side) {
        return Figures.count(result.counters().getOrDefault(side, Map.of()).getOrDefault("TcpExtTW", 0L));
    }

    private static @Nullable StateCount count(@Nullable Map<TcpState, StateCount> side, TcpState state) {
        StateCount count = side == null ? null : side.get(state);
        return count == null || count.peak() == 0 ? null : count;
    }

    private static String right(String text) {
        return Lines.right(text, CELL);
    }
}
