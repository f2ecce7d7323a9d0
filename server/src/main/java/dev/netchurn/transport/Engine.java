package dev.netchurn.transport;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** By which means connections are carried, at the client or at the target. */
public enum Engine {
    /** System calls of our own and Netty's epoll loop, which is turned to only for what is not over at once. */
    EPOLL,
    /** System calls of our own and Netty's io_uring loop: connects, waits and closes are submitted together once per turn. */
    IO_URING,
    /** What a Netty user gets: a stock Bootstrap with epoll channels. */
    CHANNEL;

    /**
     * Reads {@code epoll io_uring channel}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    @JsonCreator
    public static Engine parse(String text) {
        for (Engine engine : values()) {
            if (engine.text().equals(text)) {
                return engine;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not an engine; use "
                + Arrays.stream(values()).map(Engine::text).collect(Collectors.joining(" or ")));
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
