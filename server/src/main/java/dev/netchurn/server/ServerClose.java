package dev.netchurn.server;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.netchurn.clock.DurationText;
import java.time.Duration;

/** How the target ends a connection. */
public sealed interface ServerClose {

    /** Closes when it has read the client's FIN: the client is the active closer. */
    record AfterClient() implements ServerClose {
        @Override
        public String text() {
            return "after-client";
        }
    }

    /** Closes so long after it has read the client's FIN: the server's end stays in CLOSE_WAIT meanwhile. */
    record Delay(Duration delay) implements ServerClose {
        public Delay {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("a delay cannot be negative");
            }
        }

        @Override
        public String text() {
            return "delay:" + DurationText.format(delay);
        }
    }

    /** Closes as soon as the exchange is over, without waiting for the client: TIME_WAIT is the server's. */
    record First() implements ServerClose {
        @Override
        public String text() {
            return "first";
        }
    }

    /** As {@link First}, with SO_LINGER {1,0}: an RST instead of a FIN, and no TIME_WAIT anywhere. */
    record Rst() implements ServerClose {
        @Override
        public String text() {
            return "rst";
        }
    }

    /** Never closes: what the client closed stays in CLOSE_WAIT. */
    record Never() implements ServerClose {
        @Override
        public String text() {
            return "never";
        }
    }

    /** Whether the server closes without waiting for the client. */
    default boolean serverCloses() {
        return switch (this) {
            case First _, Rst _ -> true;
            case AfterClient _, Delay _, Never _ -> false;
        };
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    @JsonCreator
    static ServerClose parse(String text) {
        if (text.startsWith("delay:")) {
            return new Delay(DurationText.parse(text.substring("delay:".length())));
        }
        return switch (text) {
            case "after-client" -> new AfterClient();
            case "first" -> new First();
            case "rst" -> new Rst();
            case "never" -> new Never();
            default -> throw new IllegalArgumentException(
                    "'" + text + "' is not a way to close; use after-client, delay:D, first, rst or never");
        };
    }

    /** The text that {@link #parse} reads. */
    @JsonValue
    String text();
}
