package dev.netchurn.loadgen.connection;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an established connection ended: exactly one each. */
public enum CloseOutcome {
    /** Closed in the way that the plan asked for. */
    CLOSED,
    /** The peer's RST ended it, before or during our close. */
    RESET_BY_PEER,
    /** The exchange did not complete within its bounds, or the peer closed in the middle of it. */
    EXCHANGE_FAILED,
    /** The peer's FIN did not come within --close-timeout; we closed. */
    CLOSE_TIMED_OUT,
    /** Still open when the run ended. */
    STILL_OPEN;

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
