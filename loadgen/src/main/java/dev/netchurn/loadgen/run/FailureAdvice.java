package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ExchangeDifference;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;

/** What a failure means and what to do about it, one clause each. */
public final class FailureAdvice {

    private FailureAdvice() {
    }

    public static String of(Outcome outcome) {
        return switch (outcome) {
            case ESTABLISHED -> "no failure";
            case REFUSED -> "nothing listens on the target's port";
            case TIMED_OUT -> "no answer within --connect-timeout; look at the accept queue and at ListenDrops";
            case KERNEL_TIMED_OUT -> "the kernel gave up repeating the SYN";
            case RESET -> "the target reset the handshake; look at tcp_abort_on_overflow and the accept queue";
            case NO_LOCAL_PORT ->
                    "every local port towards the target is in use; add target or source addresses, or widen ip_local_port_range";
            case NO_DESCRIPTOR -> "the descriptor limit was reached; raise 'ulimit -n' or lower the number in flight";
            case NO_MEMORY -> "the kernel had no memory for sockets";
            case UNREACHABLE -> "there is no route to the target";
            case SELF_CONNECTED -> "the socket connected to itself; move the target's port out of ip_local_port_range";
            case SHED -> "--max-in-flight was reached";
            case ABANDONED -> "still connecting when the drain was over";
            case OTHER -> "an error that netchurn has no name for";
        };
    }

    public static String of(CloseOutcome outcome) {
        return switch (outcome) {
            case CLOSED -> "no failure";
            case RESET_BY_PEER -> "the server's RST ended them";
            case EXCHANGE_FAILED ->
                    "the server's reply did not come whole within --exchange-timeout, or was not the expected one";
            case CLOSE_TIMED_OUT ->
                    "the server's FIN did not come within --close-timeout: it does not close, or never accepted";
            case STILL_OPEN -> "still open when the run ended";
        };
    }

    /** As {@link #of(CloseOutcome)}, with what the ledger tells of it. */
    static String of(CloseOutcome outcome, Ledger ledger) {
        ExchangeDifference difference = ledger.difference();
        return outcome == CloseOutcome.EXCHANGE_FAILED && difference != null
                ? of(outcome) + "; " + difference.text()
                : of(outcome);
    }
}
