package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.AssertionResult;
import dev.netchurn.loadgen.run.Limiter;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.Verdict;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A finished run as text of at most {@value Screen#REPORT_COLUMNS} columns; a short form of it where the screen is too low for
 * the whole. It answers in this order: is the result valid; how
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
        String whole = whole(result, notes, folder);
        boolean fits = screen.rows() == 0 || whole.lines().count() < screen.rows();
        return fits ? whole : brief(result, folder);
    }

    /** What a low screen has room for. */
    private String brief(RunResult result, @Nullable Path folder) {
        Page page = new Page(screen);
        heading(page, result);
        page.joinedBlock("Verdict");
        verdict(page, result);
        assertions(page, result);
        ShortSummary.print(page, result, folder);
        return page.text();
    }

    private String whole(RunResult result, List<String> notes, @Nullable Path folder) {
        Page page = new Page(screen);
        heading(page, result);
        page.block("Verdict");
        verdict(page, result);
        assertions(page, result);
        ConnectionsBlock.print(page, result);
        LatencyTable.print(page, result);
        SocketTable.print(page, result);
        PredictionBlock.print(page, result);
        MindBlock.print(page, result);
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
        page.joinedBlock("netchurn");
        page.sentence(RunWords.title(result));
    }

    private static void verdict(Page page, RunResult result) {
        Verdict verdict = result.verdict();
        page.line(page.paint(ink(verdict.status()), verdict.status().name()) + "  " + RunWords.meaning(result));
        verdict.reasons().forEach(reason -> page.led("- ", Ink.STRONG, ReasonText.of(reason)));
    }

    private static Ink ink(Verdict.Status status) {
        return switch (status) {
            case VALID -> Ink.GOOD;
            case DEGRADED, INTERRUPTED -> Ink.CAUTION;
            case INVALID -> Ink.BAD;
        };
    }

    private static void assertions(Page page, RunResult result) {
        if (result.assertions().isEmpty()) {
            return;
        }
        page.block("Assertions");
        for (AssertionResult assertion : result.assertions()) {
            String mark = assertion.passed() ? page.paint(Ink.GOOD, "passed  ") : page.paint(Ink.BAD, "FAILED  ");
            page.line(mark + Lines.left(assertion.expression(), 36) + "  " + assertion.message());
        }
    }

    private static void outlook(Page page, RunResult result) {
        page.block("Limited by");
        page.sentence(Limiter.of(result).sentence());
        page.joinedBlock("Not in here");
        page.sentence(RunWords.leftOut(result));
        NextCommand next = NextCommand.of(result);
        page.joinedBlock("Try next");
        page.line(page.paint(Ink.STRONG, next.command()));
        page.sentence(Ink.QUIET, next.why());
    }
}
