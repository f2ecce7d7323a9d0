package dev.netchurn.server;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.netchurn.clock.DurationText;
import dev.netchurn.transport.ByteSize;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/** How the target ends a connection. */
public sealed interface ServerClose {

    /** Every form that {@link #parse} reads, for the user. */
    String FORMS = "after-client, delay:D, first, rst, rst-after-client, half-close:BYTES, leak:FRACTION, never or no-accept";

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

    /**
     * Reads the client's FIN and then aborts: SO_LINGER {1,0} makes its close an RST, which ends the client's FIN_WAIT1 or
     * FIN_WAIT2. No TIME_WAIT anywhere; a client that reads finds ECONNRESET.
     */
    record RstAfterClient() implements ServerClose {
        @Override
        public String text() {
            return "rst-after-client";
        }
    }

    /**
     * Answers the client's FIN with data: half of the connection is closed, and so many bytes flow in the other half before
     * the server's own FIN (RFC 9293, section 3.6). The client must be one that still reads: one that has closed answers
     * the bytes with an RST.
     *
     * @param bytes 1 to 1 GiB
     */
    record HalfClose(int bytes) implements ServerClose {
        private static final String PREFIX = "half-close:";

        public HalfClose {
            if (bytes < 1) {
                throw new IllegalArgumentException(
                        "a half-close sends at least 1 byte after the client's FIN; after-client sends none");
            }
        }

        @Override
        public String text() {
            return PREFIX + bytes;
        }
    }

    /** Never closes: what the client closed stays in CLOSE_WAIT. */
    record Never() implements ServerClose {
        @Override
        public String text() {
            return "never";
        }
    }

    /**
     * Forgets to close an even share of the connections that the client has closed: they stay in CLOSE_WAIT. The others are
     * closed as with {@link AfterClient}. Of n FINs that an event loop has read it has leaked exactly ⌊n × fraction⌋.
     *
     * @param perBillion 1 to 10⁹
     */
    record Leak(int perBillion) implements ServerClose {
        private static final String PREFIX = "leak:";
        private static final int ALL = 1_000_000_000;
        private static final Pattern FRACTION = Pattern.compile("0?\\.\\d{1,9}|1(\\.0{1,9})?");

        public Leak {
            if (perBillion < 1 || perBillion > ALL) {
                throw new IllegalArgumentException("a leak is between 1 and 1000000000 of a billion, not " + perBillion);
            }
        }

        static Leak ofFraction(String text) {
            if (!FRACTION.matcher(text).matches() || new BigDecimal(text).signum() == 0) {
                throw new IllegalArgumentException("'" + text + "' is not a share that can leak; write a number above 0 and up"
                        + " to 1 with at most 9 decimals, such as leak:0.01 for one connection in a hundred");
            }
            return new Leak(new BigDecimal(text).movePointRight(9).intValueExact());
        }

        @Override
        public String text() {
            return PREFIX + BigDecimal.valueOf(perBillion, 9).stripTrailingZeros().toPlainString();
        }
    }

    /**
     * Listens and never calls accept(): the kernel completes handshakes until backlog + 1 connections wait on each listener,
     * then it drops SYNs (net/ipv4/tcp_input.c, tcp_conn_request). What a client closes stays in CLOSE_WAIT, with no
     * descriptor anywhere.
     */
    record NoAccept() implements ServerClose {
        @Override
        public String text() {
            return "no-accept";
        }
    }

    /** Whether the server closes without waiting for the client. */
    default boolean serverCloses() {
        return switch (this) {
            case First _, Rst _ -> true;
            case AfterClient _, Delay _, RstAfterClient _, HalfClose _, Never _, Leak _, NoAccept _ -> false;
        };
    }

    /** Whether the server ends connections by RST: then neither end enters TIME_WAIT. */
    default boolean aborts() {
        return switch (this) {
            case Rst _, RstAfterClient _ -> true;
            case AfterClient _, Delay _, First _, HalfClose _, Never _, Leak _, NoAccept _ -> false;
        };
    }

    /** Whether a client that waits for the server's FIN may wait in vain. */
    default boolean mayNeverClose() {
        return switch (this) {
            case Never _, Leak _, NoAccept _ -> true;
            case AfterClient _, Delay _, First _, Rst _, RstAfterClient _, HalfClose _ -> false;
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
        if (text.startsWith(HalfClose.PREFIX)) {
            return new HalfClose(ByteSize.parse(text.substring(HalfClose.PREFIX.length())));
        }
        if (text.startsWith(Leak.PREFIX)) {
            return Leak.ofFraction(text.substring(Leak.PREFIX.length()));
        }
        return switch (text) {
            case "after-client" -> new AfterClient();
            case "first" -> new First();
            case "rst" -> new Rst();
            case "rst-after-client" -> new RstAfterClient();
            case "never" -> new Never();
            case "no-accept" -> new NoAccept();
            default -> throw new IllegalArgumentException("'" + text + "' is not a way to close; use " + FORMS);
        };
    }

    /** The text that {@link #parse} reads. */
    @JsonValue
    String text();
}
