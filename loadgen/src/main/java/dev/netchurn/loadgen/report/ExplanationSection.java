package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.run.Explanation;
import dev.netchurn.loadgen.run.Predictions.TimeWait;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What piled up and what it means, what was expected of it, and what is often taken for something else. */
final class ExplanationSection {

    private ExplanationSection() {
    }

    static void write(Html html, RunResult result) {
        List<Explanation> states =
                result.explanations().stream().filter(explanation -> isState(explanation.subject())).toList();
        for (Explanation state : states) {
            html.element("p", state.subject() + " at the " + state.side() + ", " + Figures.count(state.count()) + ": "
                    + state.sentence());
        }
        for (Map.Entry<String, TimeWait> side : result.predictions().timeWait().entrySet()) {
            TimeWait timeWait = side.getValue();
            if (timeWait.expected() > 0) {
                html.element("p", "Expected in TIME_WAIT at the " + side.getKey() + ": " + Figures.count(timeWait.expected())
                        + (timeWait.measured() == null ? "." : ", measured: " + Figures.count(timeWait.measured()) + "."));
            }
        }
        result.notes().forEach(note -> html.element("p", "Mind: " + note.sentence()));
    }

    private static boolean isState(String subject) {
        return Arrays.stream(TcpState.values()).anyMatch(state -> state.name().equals(subject));
    }
}
