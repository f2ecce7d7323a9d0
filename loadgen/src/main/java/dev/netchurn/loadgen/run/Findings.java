package dev.netchurn.loadgen.run;

import java.util.ArrayList;
import java.util.List;

/** What the checks have found against a run; the worst finding wins, and all are told. Used by one thread. */
final class Findings {

    private final List<Verdict.Reason> invalid = new ArrayList<>();
    private final List<Verdict.Reason> degraded = new ArrayList<>();

    /** The numbers must not be used. */
    void invalid(String check, String message, double observed, double limit) {
        invalid(new Verdict.Reason(check, message, observed, limit));
    }

    /** As the other, where there is nothing to compare. */
    void invalid(Verdict.Reason reason) {
        invalid.add(reason);
    }

    /** The numbers are to be used with care. */
    void degraded(String check, String message, double observed, double limit) {
        degraded(new Verdict.Reason(check, message, observed, limit));
    }

    /** As the other, where there is nothing to compare. */
    void degraded(Verdict.Reason reason) {
        degraded.add(reason);
    }

    /** All of them, the worse first. */
    List<Verdict.Reason> reasons() {
        List<Verdict.Reason> reasons = new ArrayList<>(invalid);
        reasons.addAll(degraded);
        return reasons;
    }

    /** The verdict that they amount to. */
    Verdict verdict(boolean interrupted) {
        Verdict.Status status = interrupted
                ? Verdict.Status.INTERRUPTED
                : !invalid.isEmpty()
                        ? Verdict.Status.INVALID
                        : !degraded.isEmpty() ? Verdict.Status.DEGRADED : Verdict.Status.VALID;
        return new Verdict(status, reasons());
    }
}
