package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.server.ServerPlan;

/** Which outcomes are no failure of a run, because its plan leads to them or its user is after them. Immutable. */
record PlannedOutcomes(RunPlan plan) {

    /** Whether an arrival may end so: it became a connection, the target lets none in, or {@code --allow} names it. */
    boolean has(Outcome outcome) {
        return followsFromPlan(outcome) || plan.request().allowed().contains(outcome.text());
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

    /** Once the queue of a target that does not accept is full, its kernel answers no SYN. */
    private boolean followsFromPlan(Outcome outcome) {
        return switch (outcome) {
            case ESTABLISHED -> true;
            case TIMED_OUT, KERNEL_TIMED_OUT -> plan.neverAccepts();
            case REFUSED, RESET, NO_LOCAL_PORT, NO_DESCRIPTOR, NO_MEMORY, UNREACHABLE, SELF_CONNECTED, SHED, ABANDONED, OTHER ->
                    false;
        };
    }

    private boolean followsFromPlan(CloseOutcome outcome) {
        ServerPlan server = plan.server();
        return switch (outcome) {
            case CLOSED -> true;
            case RESET_BY_PEER -> server != null && server.close().aborts();
            case STILL_OPEN -> plan.load().connection().close() instanceof ClientClose.Never;
            case CLOSE_TIMED_OUT -> server != null && server.close().mayNeverClose();
            case EXCHANGE_FAILED -> plan.neverAccepts();
        };
    }
}
