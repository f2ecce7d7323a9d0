package dev.netchurn.loadgen.connection;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How the client ends a connection. */
public sealed interface ClientClose {

    /** shutdown(WR), wait for the server's FIN, close: the server takes part in every connection. */
    record Graceful() implements ClientClose {
        @Override
        public String text() {
            return "graceful";
        }
    }

    /** close(2) and forget: FIN, also when the server never accepted. */
    record Fin() implements ClientClose {
        @Override
        public String text() {
            return "fin";
        }
    }

    /** close(2) with SO_LINGER {1,0}: RST, nothing stays behind. */
    record Rst() implements ClientClose {
        @Override
        public String text() {
            return "rst";
        }
    }

    /** Wait for the server's FIN, then close: the server is the active closer. */
    record Peer() implements ClientClose {
        @Override
        public String text() {
            return "peer";
        }
    }

    /** Leave it open until the run ends. */
    record Never() implements ClientClose {
        @Override
        public String text() {
            return "never";
        }
    }

    /**
     * Reads {@code graceful fin rst peer never}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    @JsonCreator
    static ClientClose parse(String text) {
        return switch (text) {
            case "graceful" -> new Graceful();
            case "fin" -> new Fin();
            case "rst" -> new Rst();
            case "peer" -> new Peer();
            case "never" -> new Never();
            default -> throw new IllegalArgumentException(
                    "'" + text + "' is not a way to close; use graceful, fin, rst, peer or never");
        };
    }

    /** The text that {@link #parse} reads. */
    @JsonValue
    String text();

    /** Whether the client hears from the server's application before it is done. */
    default boolean hearsFromServer() {
        return switch (this) {
            case Graceful _, Peer _ -> true;
            case Fin _, Rst _, Never _ -> false;
        };
    }
}
