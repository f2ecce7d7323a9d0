package dev.netchurn.server.cli;

import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} that make its plan. */
final class ServePlanOptions {

    @Option(names = "--listen", required = true, split = ",", paramLabel = "ADDR:PORT",
            description = "Addresses and ports to listen on, such as 10.0.0.1:8080 or [fd00::1]:8080.")
    private List<String> listen = List.of();

    @Option(names = "--close", paramLabel = "HOW", defaultValue = "after-client",
            description = "How connections end: after-client, delay:D (so long after the client's FIN), first, rst, "
                    + "rst-after-client, half-close:BYTES (sent between the client's FIN and ours), leak:FRACTION (never "
                    + "closed, such as 0.01), never, no-accept (default: ${DEFAULT-VALUE}).")
    private String close = "after-client";

    @Option(names = "--engine", paramLabel = "HOW", defaultValue = "epoll",
            description = "epoll (lean), io_uring (lean, multishot accept), channel (stock Netty ServerBootstrap) "
                    + "(default: ${DEFAULT-VALUE}).")
    private String engine = "epoll";

    @Option(names = "--exchange", paramLabel = "WHAT", defaultValue = "none",
            description = "What is said before: none, or request:OUT:IN, the bytes that the client sends and receives "
                    + "(default: ${DEFAULT-VALUE}).")
    private String exchange = "none";

    @Option(names = "--payload", paramLabel = "TEXT",
            description = "Literal text that each client must send, with the escapes \\r \\n \\t \\0 \\\\ \\xHH; who sends another one is closed.")
    private @Nullable String payload;

    @Option(names = "--expect", paramLabel = "TEXT",
            description = "Literal text that each client expects: the answer to --payload, or said at once without it.")
    private @Nullable String expect;

    @Option(names = "--backlog", paramLabel = "N", defaultValue = "4096",
            description = "Accept queue of each listener; net.core.somaxconn limits it (default: ${DEFAULT-VALUE}).")
    private int backlog;

    @Option(names = "--acceptors", paramLabel = "N",
            description = "Listeners per address (SO_REUSEPORT), each with an event loop (default: one per 2 CPUs).")
    private int acceptors = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /**
     * The plan.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    ServerPlan plan() {
        List<Endpoint> endpoints = listen.stream().map(text -> read("--listen", text, Endpoint::parse)).toList();
        return new ServerPlan(read("--engine", engine, Engine::parse), endpoints, read("--close", close, ServerClose::parse),
                Exchange.ofFlags(exchange, payload, expect), backlog, acceptors);
    }

    private static <T> T read(String flag, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
        }
    }
}
