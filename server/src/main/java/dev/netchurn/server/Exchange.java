package dev.netchurn.server;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.netchurn.transport.ByteSize;

/** What is said between connect and close. */
public sealed interface Exchange {

    /** Nothing: a bare connection. */
    record None() implements Exchange {
        @Override
        public String text() {
            return "none";
        }
    }

    /**
     * The client sends, the server answers once it has everything.
     *
     * @param requestBytes 1 or more
     * @param responseBytes 1 or more
     */
    record Request(int requestBytes, int responseBytes) implements Exchange {
        public Request {
            if (requestBytes < 1 || responseBytes < 1) {
                throw new IllegalArgumentException("an exchange needs at least 1 byte each way");
            }
        }

        @Override
        public String text() {
            return "request:" + requestBytes + ":" + responseBytes;
        }
    }

    /**
     * Reads {@code none} or {@code request:OUT:IN}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    @JsonCreator
    static Exchange parse(String text) {
        if (text.equals("none")) {
            return new None();
        }
        String[] parts = text.split(":", -1);
        if (parts.length == 3 && parts[0].equals("request")) {
            return new Request(ByteSize.parse(parts[1]), ByteSize.parse(parts[2]));
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not an exchange; use none or request:OUT:IN, such as request:64:4KiB");
    }

    /** The text that {@link #parse} reads. */
    @JsonValue
    String text();
}
