package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.AssertionResult;
import dev.netchurn.loadgen.run.Limiter;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A finished run as text of at most {@value Screen#REPORT_COLUMNS} columns. It answers in this order: is the result valid; how
 * many connections per second; how long handshakes and closes took; which states piled up where; which kernel counters moved
 * and what they mean; what limited the run, what its topology leaves out, and what to try next.
 *
 * <p>Immutable; safe to use from any thread.
 */
public final class TerminalSummary {

    private final Function<String, Optional<String>> counterMeaning;
    private final Screen screen;

    /**
     * @param counterMeaning one sentence for the name of a kernel counter, where there is one
     * @param screen that the text is made for
     */
    public TerminalSummary(Function<String, Optional<String>> counterMeaning, Screen screen) {
        this.counterMeaning = counterMeaning;
        this.screen = screen;
    }

    /** The whole text, without notes and files; ends with a line feed. */
    public String render(RunResult result) {
        return render(result, List.of(), null);
    }

    /**
     * The whole text; ends with a line feed.
     *
     * @param notes what the plan chose and why, one sentence each
     * @param folder where the files of this run are; null for none
     */
    public String render(RunResult result, List<String> notes, @Nullable Path folder) {
        Page page = new Page(screen);
        heading(page, result);
        verdict(page, result);
        assertions(page, result);
        ConnectionsBlock.print(page, result);
        LatencyTable.print(page, result);
        SocketTable.print(page, result);
        new CounterTable(counterMeaning).print(page, result);
        BooksBlock.print(page, result);
        outlook(page, result);
        if (!notes.isEmpty()) {
            page.block("Chosen");
            notes.forEach(note -> page.led("- ", Ink.QUIET, note));
        }
        if (folder != null) {
            page.block("Files");
            page.line(folder.toString());
        }
        return page.text();
    }

    private static void heading(Page page, RunResult result) {
        Map<String, Object> config = result.config();
        StringJoiner what = new StringJoiner(", ");
        what.add(result.environment().topology());
        if (config.containsKey("target")) {
            what.add("target " + String.valueOf(config.get("target")).replaceAll("[\\[\\]]", ""));
        }
        what.add(result.openLoop()
                ? "open loop at " + Figures.shortRate(offered(result))
                : "closed loop of " + config.getOrDefault("concurrency", "?"));
        what.add("close " + config.getOrDefault("close", "?"));
        if (config.containsKey("server-close")) {
            what.add("server " + config.get("server-close"));
        }
        if (!"none".equals(config.getOrDefault("exchange", "none"))) {
            what.add(String.valueOf(config.get("exchange")));
        }
        what.add(config.containsKey("connections")
                ? config.get("connections") + " connections"
                : String.valueOf(config.getOrDefault("duration", "?")));
        page.joinedBlock("netchurn");
        page.sentence(what.toString());
    }

    private static double offered(RunResult result) {
        Double offered = result.rate().offeredPerSecond();
        return offered == null ? 0 : offered;
    }

    private static void verdict(Page page, RunResult result) {
        Verdict verdict = result.verdict();
        page.block("Verdict");
        String books = Boolean.TRUE.equals(result.books().agree()) ? ", and the three books agree" : "";
        switch (verdict.status()) {
            case VALID -> page.line(page.paint(Ink.GOOD, "VALID") + "  every check was met" + books);
            case DEGRADED -> page.line(page.paint(Ink.CAUTION, "DEGRADED") + "  usable, with this in mind:");
            case INVALID -> page.line(page.paint(Ink.BAD, "INVALID") + "  do not use these numbers:");
            case INTERRUPTED ->
                    page.line(page.paint(Ink.CAUTION, "INTERRUPTED") + "  stopped by a signal; the numbers end there");
        }
        verdict.reasons().forEach(reason -> page.led("- ", Ink.STRONG, ReasonText.of(reason)));
    }

    private static void assertions(Page page, RunResult result) {
        if (result.assertions().isEmpty()) {
            return;
        }
        page.block("Assertions");
        for (AssertionResult assertion : result.assertions()) {
            String mark = assertion.passed() ? page.paint(Ink.GOOD, "passed  ") : page.paint(Ink.BAD, "FAILED  ");
            page.line(mark + Page.left(assertion.expression(), 36) + "  " + assertion.message());
        }
    }

    private static void outlook(Page page, RunResult result) {
        page.block("Limited by");
        page.sentence(Limiter.of(result).sentence());
        page.joinedBlock("Not in here");
        page.sentence(leftOut(result));
        NextCommand next = NextCommand.of(result);
        page.joinedBlock("Try next");
        page.line(page.paint(Ink.STRONG, next.command()));
        page.sentence(Ink.QUIET, next.why());
    }

    /** What the topology does not reproduce. */
    private static String leftOut(RunResult result) {
        return switch (result.environment().topology()) {
            case "veth" -> "a network card and its interrupts, packet loss, conntrack, queueing disciplines,"
                    + " and the machine-wide memory limits (tcp_mem, tcp_max_orphans)";
            case "loopback" -> "a network card, packet loss, conntrack, queueing disciplines, machine-wide memory limits;"
                    + " and on loopback the kernel reuses TIME_WAIT after 1 s, elsewhere it does not";
            default -> "nothing is left out on the host's network, but others share its sockets, counters and limits";
        };
    }
}
