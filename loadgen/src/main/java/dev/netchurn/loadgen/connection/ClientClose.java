package dev.netchurn.loadgen.connection;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How the client ends a connection. */
public sealed interface ClientClose {

    /** Begins the text of a {@link Linger}. */
    String LINGER = "linger:";

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

    /**
     * close(2) while bytes that the server sent lie unread in the receive queue: RST (RFC 2525 section 2.17,
     * net/ipv4/tcp.c:__tcp_close). The reply is waited for and not read.
     */
    record Unread() implements ClientClose {
        @Override
        public String text() {
            return "unread";
        }
    }

    /**
     * close(2) with SO_LINGER {1, seconds}: the call sleeps until our FIN is acknowledged or the time is up.
     *
     * @param seconds 1 to {@value #LONGEST_SECONDS}
     */
    record Linger(int seconds) implements ClientClose {

        /** One hour, as much as a latency can be. */
        public static final int LONGEST_SECONDS = 3600;

        public Linger {
            if (seconds < 1 || seconds > LONGEST_SECONDS) {
                throw new IllegalArgumentException("a linger is between 1 and " + LONGEST_SECONDS + " seconds, not " + seconds);
            }
        }

        @Override
        public String text() {
            return LINGER + seconds;
        }

        private static Linger parseSeconds(String text) {
            if (text.matches("0+")) {
                throw new IllegalArgumentException("a linger of 0 seconds is an abort: use rst, which is SO_LINGER {1,0}");
            }
            if (!text.matches("\\d{1,9}")) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not a linger; write linger:SECONDS with a whole number of 1 to "
                                + LONGEST_SECONDS + " seconds, such as linger:5");
            }
            return new Linger(Integer.parseInt(text));
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
     * Reads {@code graceful fin rst unread linger:SECONDS peer never}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    @JsonCreator
    static ClientClose parse(String text) {
        if (text.startsWith(LINGER)) {
            return Linger.parseSeconds(text.substring(LINGER.length()));
        }
        return switch (text) {
            case "graceful" -> new Graceful();
            case "fin" -> new Fin();
            case "rst" -> new Rst();
            case "unread" -> new Unread();
            case "peer" -> new Peer();
            case "never" -> new Never();
            default -> throw new IllegalArgumentException(
                    "'" + text + "' is not a way to close; use graceful, fin, rst, unread, linger:SECONDS, peer or never");
        };
    }

    /** The text that {@link #parse} reads. */
    @JsonValue
    String text();

    /** Whether the client hears from the server's application before it is done. */
    default boolean hearsFromServer() {
        return switch (this) {
            case Graceful _, Peer _ -> true;
            case Fin _, Rst _, Unread _, Linger _, Never _ -> false;
        };
    }
}
