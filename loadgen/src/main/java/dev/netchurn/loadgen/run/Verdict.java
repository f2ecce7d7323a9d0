package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether the whole run is a valid measurement.
 *
 * @param status the worst that any check found
 * @param reasons every check that was not met, worst first; empty when VALID
 */
public record Verdict(Status status, List<Reason> reasons) {

    public static final Verdict VALID = new Verdict(Status.VALID, List.of());

    /** What {@link Reason#check()} may be. */
    public static final Set<String> CHECKS = checks();

    /** From good to bad. */
    public enum Status {
        /** The numbers mean what they say. */
        VALID,
        /** Usable with the caveat that the reasons name. */
        DEGRADED,
        /** Not to be used or compared. */
        INVALID,
        /** Stopped by a signal: what was measured until then stands in the result. */
        INTERRUPTED
    }

    /**
     * A check that was not met.
     *
     * @param check short name from a closed set, such as {@code achieved-rate}
     * @param message one sentence for the user, with what to do where there is something
     * @param observed what was seen; null when it is not a number
     * @param limit what it should have been; null when it is not a number
     */
    public record Reason(String check, String message, @Nullable Double observed, @Nullable Double limit) {
    }

    public Verdict {
        reasons = List.copyOf(reasons);
    }

    /** The same verdict with a caveat more, which makes a VALID one DEGRADED. */
    public Verdict with(Reason caveat) {
        List<Reason> all = new ArrayList<>(reasons);
        all.add(caveat);
        return new Verdict(status == Status.VALID ? Status.DEGRADED : status, all);
    }

    private static Set<String> checks() {
        Set<String> names = new TreeSet<>(Set.of("worker", "event-loop", "range", "target", "conservation", "books", "load",
                "achieved-rate", "schedule-lag", "event-loop-delay", "tw_overflow", "eager", "unread", "unaccepted", "drain",
                "steal", "observer", "latency-log", "closers"));
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.ESTABLISHED) {
                names.add(outcome.text());
            }
        }
        for (CloseOutcome outcome : CloseOutcome.values()) {
            if (outcome != CloseOutcome.CLOSED) {
                names.add(outcome.text());
            }
        }
        return Collections.unmodifiableSet(names);
    }
}
