package dev.netchurn.loadgen.connection;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How the client ends a connection. */
public enum ClientClose {
    /** shutdown(WR), wait for the server's FIN, close: the server takes part in every connection. */
    GRACEFUL,
    /** close(2) and forget: FIN, also when the server never accepted. */
    FIN,
    /** close(2) with SO_LINGER {1,0}: RST, nothing stays behind. */
    RST,
    /** Wait for the server's FIN, then close: the server is the active closer. */
    PEER,
    /** Leave it open until the run ends. */
    NEVER;

    /**
     * Reads {@code graceful fin rst peer never}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    @JsonCreator
    public static ClientClose parse(String text) {
        for (ClientClose close : values()) {
            if (close.text().equals(text)) {
                return close;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a way to close; use graceful, fin, rst, peer or never");
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the client hears from the server's application before it is done. */
    public boolean hearsFromServer() {
        return this == GRACEFUL || this == PEER;
    }
}
