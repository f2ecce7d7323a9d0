package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.server.ServerClose;

/** Which outcomes are no failure of a run, because its plan leads to them or its user is after them. Immutable. */
record PlannedOutcomes(RunPlan plan) {

    /** Whether an arrival may end so: it became a connection, or {@code --allow} names it. */
    boolean has(Outcome outcome) {
        return outcome == Outcome.ESTABLISHED || plan.request().allowed().contains(outcome.text());
    }

    /** Whether a connection may end so: the two ends' ways to close lead to it, or {@code --allow} names it. */
    boolean has(CloseOutcome outcome) {
        return followsFromPlan(outcome) || plan.request().allowed().contains(outcome.text());
    }

    /** Arrivals that ended as planned. */
    long count(Ledger ledger) {
        return ledger.outcomes().entrySet().stream()
                .filter(entry -> has(entry.getKey())).mapToLong(java.util.Map.Entry::getValue).sum();
    }

    private boolean followsFromPlan(CloseOutcome outcome) {
        return switch (outcome) {
            case CLOSED -> true;
            case RESET_BY_PEER -> plan.server() != null && plan.server().close() instanceof ServerClose.Rst;
            case STILL_OPEN -> plan.load().connection().close() instanceof ClientClose.Never;
            case EXCHANGE_FAILED, CLOSE_TIMED_OUT -> false;
        };
    }
}
