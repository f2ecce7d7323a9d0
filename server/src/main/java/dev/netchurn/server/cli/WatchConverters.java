package dev.netchurn.server.cli;

import dev.netchurn.clock.DurationText;
import dev.netchurn.transport.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the arguments of {@code watch}; what is wrong with one becomes a sentence for the user. */
final class WatchConverters {

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    private WatchConverters() {
    }

    /** 1 to 65535. */
    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
            if (port < 1 || port > 65535) {
                throw new TypeConversionException("'" + text + "' is not a port between 1 and 65535");
            }
            return port;
        }
    }

    /** 1 and more. */
    static final class Pid implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (!text.matches("[1-9]\\d{0,9}")) {
                throw new TypeConversionException("'" + text + "' is not the number of a process");
            }
            return Long.valueOf(text);
        }
    }

    /** A host, with or without a port. */
    static final class Upstream implements ITypeConverter<Peer> {
        @Override
        public Peer convert(String text) {
            try {
                return Peer.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** 10 ms to 24 h. */
    static final class Interval implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration interval;
            try {
                interval = DurationText.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
            if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
                throw new TypeConversionException("'" + text + "' is shorter than " + DurationText.format(SHORTEST_INTERVAL));
            }
            return interval;
        }
    }

    /** 1 and more. */
    static final class Count implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (!text.matches("[1-9]\\d{0,17}")) {
                throw new TypeConversionException("'" + text + "' is not a number of readings; write 1 or more");
            }
            return Long.valueOf(text);
        }
    }

    /**
     * A literal address with a port.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    static InetSocketAddress metricsAddress(String text) {
        Endpoint wanted = Endpoint.parse(text);
        return new InetSocketAddress(wanted.address(), wanted.port());
    }
}
