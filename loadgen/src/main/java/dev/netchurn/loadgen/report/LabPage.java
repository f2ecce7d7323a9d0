package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.lab.Check;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.Phenomenon;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results of the lab as text of at most 80 columns. Immutable. */
public final class LabPage {

    private static final int COLUMNS = LadderText.COLUMNS;
    private static final int VERDICT = 6;

    private final Screen screen;

    public LabPage(Screen screen) {
        this.screen = screen;
    }

    /** Whether something that must be seen was not; a skipped phenomenon is no failure. */
    public static boolean isFailure(LabResult result) {
        return !result.passed() && result.skipped() == null;
    }

    /** All names, each with its claim. */
    public String list(List<Phenomenon> phenomena) {
        StringBuilder text = new StringBuilder();
        for (Phenomenon phenomenon : phenomena) {
            text.append(screen.paint(Ink.STRONG, phenomenon.name())).append('\n');
            Lines.wrap(phenomenon.claim(), COLUMNS - 4).forEach(line -> text.append("    ").append(line).append('\n'));
        }
        return screen.shown(text.toString());
    }

    /** One line per phenomenon, and a second for the claim or the reason. */
    public String line(LabResult result) {
        String time = result.skipped() == null ? Figures.time(result.durationNs()) : "";
        String head = verdict(result) + "  " + result.name();
        String plain = Lines.left("", VERDICT) + result.name();
        StringBuilder text = new StringBuilder(head)
                .append(" ".repeat(Math.max(1, COLUMNS - plain.length() - time.length()))).append(time).append('\n');
        String again = result.plays() > 1 ? " Played " + result.plays() + " times: this machine was held up." : "";
        String below = result.skipped() == null ? result.claim() + again : result.skipped();
        Lines.wrap(below, COLUMNS - VERDICT).forEach(line -> text.append(" ".repeat(VERDICT))
                .append(screen.paint(Ink.QUIET, line)).append('\n'));
        return screen.shown(text.toString());
    }

    /** The whole result: claim, ladder, checks. */
    public String whole(LabResult result) {
        StringBuilder text = new StringBuilder(line(result)).append('\n');
        if (result.skipped() != null) {
            return screen.shown(text.toString());
        }
        List<String> ladder = new LadderText(screen, result).lines();
        ladder.forEach(line -> text.append(line).append('\n'));
        if (!ladder.isEmpty()) {
            text.append('\n');
        }
        result.checks().forEach(check -> check(text, check));
        return screen.shown(text.append('\n').toString());
    }

    /** What is to be said when all that is left mostly waits. */
    public String waiting(List<Phenomenon> left) {
        List<String> names = left.stream().map(Phenomenon::name).toList();
        return screen.paint(Ink.QUIET, "still playing: " + String.join(", ", names)) + "\n";
    }

    /** The last line of several. */
    public String summary(List<LabResult> results) {
        return summary(results, "");
    }

    /** The last line of several, which took so long together. */
    public String summary(List<LabResult> results, long tookNs) {
        return summary(results, ", in " + Figures.time(tookNs));
    }

    private String summary(List<LabResult> results, String more) {
        long passed = results.stream().filter(LabResult::passed).count();
        long skipped = results.stream().filter(result -> result.skipped() != null).count();
        long failed = results.size() - passed - skipped;
        String text = passed + " passed, " + failed + " failed, " + skipped + " skipped" + more;
        return "\n" + screen.paint(failed > 0 ? Ink.BAD : skipped > 0 ? Ink.CAUTION : Ink.GOOD, text) + "\n";
    }

    private String verdict(LabResult result) {
        if (result.skipped() != null) {
            return screen.paint(Ink.CAUTION, "SKIP");
        }
        return result.passed() ? screen.paint(Ink.GOOD, "PASS") : screen.paint(Ink.BAD, "FAIL");
    }

    private void check(StringBuilder text, Check check) {
        String mark = check.passed() ? screen.paint(Ink.GOOD, "✓") : screen.paint(Ink.BAD, "✗");
        if (check.passed()) {
            lead(text, "  " + mark + " ", check.what() + ": " + held(check));
            return;
        }
        lead(text, "  " + mark + " ", check.what());
        block(text, "expected", check.expected());
        block(text, "observed", check.observed());
    }

    /** The segments are drawn above, so that they agree is enough. */
    private static String held(Check check) {
        return check.what().equals("segments")
                ? "as drawn, " + check.expected().split(", ").length + " of them"
                : check.expected().equals(check.observed())
                        ? check.observed()
                        : check.observed() + ", within " + check.expected();
    }

    private static void lead(StringBuilder text, String lead, String sentence) {
        List<String> lines = Lines.wrap(sentence, COLUMNS - 4);
        text.append(lead).append(lines.getFirst()).append('\n');
        lines.stream().skip(1).forEach(line -> text.append("    ").append(line).append('\n'));
    }

    private static void block(StringBuilder text, String name, @Nullable String value) {
        String label = "      " + name + "  ";
        List<String> lines = Arrays.asList(String.valueOf(value).split(", "));
        text.append(label).append(lines.getFirst()).append('\n');
        lines.stream().skip(1).forEach(line -> text.append(" ".repeat(label.length())).append(line).append('\n'));
    }
}
