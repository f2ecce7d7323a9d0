package dev.netchurn.server;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.netchurn.transport.ByteSize;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
     * The client sends literal bytes, the server answers with literal bytes once it has them all. With nothing to send the
     * server speaks first, with nothing to expect it stays silent. Either end compares what it gets byte by byte.
     *
     * @param payload what the client sends
     * @param expect what the server answers with
     */
    record Literal(EscapedText payload, EscapedText expect) implements Exchange {
        private static final String PREFIX = "literal:";

        public Literal {
            if (payload.text().isEmpty() && expect.text().isEmpty()) {
                throw new IllegalArgumentException("an exchange needs at least 1 byte to send or to expect");
            }
        }

        private static Literal parse(String parts) {
            int colon = parts.indexOf(':');
            return new Literal(EscapedText.parse(parts.substring(0, colon)), EscapedText.parse(parts.substring(colon + 1)));
        }

        @Override
        public String text() {
            return PREFIX + payload.text().replace(":", "\\x3a") + ":" + expect.text();
        }
    }

    /** For people: which flags say it. */
    default String words() {
        return switch (this) {
            case None _, Request _ -> "exchange " + text();
            case Literal(EscapedText payload, EscapedText expect) -> payload.text().isEmpty()
                    ? "expect '" + expect.text() + "'"
                    : "payload '" + payload.text() + "'" + (expect.text().isEmpty() ? "" : ", expect '" + expect.text() + "'");
        };
    }

    /** Whether the server says something. */
    default boolean isAnswered() {
        return switch (this) {
            case None _ -> false;
            case Request _ -> true;
            case Literal literal -> !literal.expect().text().isEmpty();
        };
    }

    /**
     * What {@code --exchange}, {@code --payload} and {@code --expect} say together.
     *
     * @param exchange {@code none} or {@code request:OUT:IN}
     * @param payload what the client sends, with escapes; null when not given
     * @param expect what the server answers with, with escapes; null when not given
     * @throws IllegalArgumentException with a sentence for the user that names the flag
     */
    static Exchange ofFlags(String exchange, @Nullable String payload, @Nullable String expect) {
        if (payload == null && expect == null) {
            return ofFlag("--exchange", exchange, Exchange::parse);
        }
        if (!exchange.equals("none")) {
            throw new IllegalArgumentException("--exchange sends so many bytes of no meaning, "
                    + (payload != null ? "--payload" : "--expect") + " is literal text; leave one of them out");
        }
        EscapedText sent = payload == null ? EscapedText.NOTHING : ofFlag("--payload", payload, EscapedText::parse);
        EscapedText expected = expect == null ? EscapedText.NOTHING : ofFlag("--expect", expect, EscapedText::parse);
        return ofFlag(payload != null ? "--payload" : "--expect", "", _ -> new Literal(sent, expected));
    }

    private static <T> T ofFlag(String flag, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads {@code none}, {@code request:OUT:IN} or the text of a {@link Literal}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    @JsonCreator
    static Exchange parse(String text) {
        if (text.equals("none")) {
            return new None();
        }
        if (text.startsWith(Literal.PREFIX) && text.indexOf(':', Literal.PREFIX.length()) >= 0) {
            return Literal.parse(text.substring(Literal.PREFIX.length()));
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
