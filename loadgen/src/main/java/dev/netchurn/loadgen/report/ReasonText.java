package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.Verdict;
import dev.netchurn.terminal.Figures;
import java.util.Set;

/** A finding of the verdict as a sentence, with its figures where the message has none itself. */
final class ReasonText {

    /** Checks whose figures are nanoseconds. */
    private static final Set<String> TIMES = Set.of("schedule-lag", "event-loop-delay");

    private ReasonText() {
    }

    static String of(Verdict.Reason reason) {
        Double observed = reason.observed();
        Double limit = reason.limit();
        if (observed == null || reason.message().contains(String.valueOf(Math.round(observed)))) {
            return reason.message();
        }
        boolean isShare = limit != null && limit > 0 && limit <= 1 && observed <= 1;
        String figures = figure(reason.check(), observed, isShare);
        return limit == null || limit == 0
                ? reason.message() + " (" + figures + ")"
                : reason.message() + " (" + figures + ", limit " + figure(reason.check(), limit, isShare) + ")";
    }

    private static String figure(String check, double value, boolean isShare) {
        if (TIMES.contains(check)) {
            return Figures.time(value);
        }
        return isShare ? Figures.percent(value) : Figures.count(Math.round(value));
    }
}
