package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.run.LoadRequest;
import dev.netchurn.server.Exchange;
import dev.netchurn.transport.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how many connections start when, and what happens in each. */
final class LoadOptions {

    private static final int DEFAULT_CONCURRENCY = 64;
    private static final int DEFAULT_CLOSERS = 64;
    private static final int RTT_SAMPLE_EVERY = 128;
    private static final long DEFAULT_DRAIN_NS = 5_000_000_000L;
    private static final long AFTER_TIMEOUTS_NS = 1_000_000_000L;
    private static final long POISSON_SEED = 20_260_101;

    @Option(names = "--rate", paramLabel = "R",
            description = "Open loop: so many intended connections per second, such as 500, 20k or 1.5m.")
    private @Nullable String rate;

    @Option(names = "--arrival", paramLabel = "constant|poisson",
            description = "Spacing of the intended starts in open loop. Default: constant.")
    private @Nullable String arrival;

    @Option(names = "--ramp", paramLabel = "FROM:TO",
            description = "Open loop whose rate changes linearly over the measurement.")
    private @Nullable String ramp;

    @Option(names = "--concurrency", paramLabel = "N",
            description = "Closed loop: at most N connections at a time. Default: 64 when no rate is given.")
    private @Nullable String concurrency;

    @Option(names = "--max-in-flight", paramLabel = "N", defaultValue = "10k",
            description = "Bound on connections in flight in open loop. Default: ${DEFAULT-VALUE}.")
    private String maxInFlight = "";

    @Option(names = "--overload", paramLabel = "shed|queue", defaultValue = "shed",
            description = "What happens to an arrival that is due while the bound is reached. Default: ${DEFAULT-VALUE}.")
    private String overload = "";

    @Option(names = "--connections", paramLabel = "N",
            description = "Stop after N measured arrivals; the warm-up is then 0s unless given.")
    private @Nullable String connections;

    @Option(names = "--duration", paramLabel = "D", defaultValue = "10s",
            description = "Measured time; with --connections its upper bound, then 10m unless given. Default: ${DEFAULT-VALUE}.")
    private String duration = "";

    @Option(names = "--warmup", paramLabel = "D", description = "Excluded before. Default: 3s.")
    private @Nullable String warmup;

    @Option(names = "--drain", paramLabel = "D",
            description = "At most so long after the last arrival. Default: 5s; where the embedded target may never answer, a second longer than the timeouts.")
    private @Nullable String drain;

    @Option(names = "--interval", paramLabel = "D", defaultValue = "1s",
            description = "Between snapshots. Default: ${DEFAULT-VALUE}.")
    private String interval = "";

    @Option(names = "--loops", paramLabel = "N", description = "Client event loops. Default: 1 per 2 CPUs.")
    private @Nullable String loops;

    @Option(names = "--engine", paramLabel = "epoll|io_uring|channel", defaultValue = "epoll",
            description = "How the client does it: epoll = lean, system calls of its own; io_uring = lean, connects and closes submitted in batches; channel = stock Netty Bootstrap and epoll channels. Default: ${DEFAULT-VALUE}.")
    private String engine = "";

    @Option(names = "--close", paramLabel = "HOW",
            description = "How the client closes: graceful = shutdown(WR), wait for the server's FIN, close; fin, rst = close and forget; linger:SECONDS = close(2) with SO_LINGER, which waits for the ACK of our FIN; unread = close with the server's reply unread, which sends RST; peer = the server closes first; never = leave open. Default: graceful; peer when the server closes first.")
    private @Nullable String close;

    @Option(names = "--closers", paramLabel = "N",
            description = "Threads that make the closes of --close linger:SECONDS, each of which blocks one. Default: 64.")
    private @Nullable String closers;

    @Option(names = "--hold", paramLabel = "D", defaultValue = "0s",
            description = "Between the end of the exchange and the close. Default: ${DEFAULT-VALUE}.")
    private String hold = "";

    @Option(names = "--exchange", paramLabel = "none|request:OUT:IN", defaultValue = "none",
            description = "Bytes sent and expected between connect and close. Default: ${DEFAULT-VALUE}.")
    private String exchange = "";

    @Option(names = "--payload", paramLabel = "TEXT",
            description = "Literal text that the client sends after connect, with the escapes \\r \\n \\t \\0 \\\\ and \\xHH.")
    private @Nullable String payload;

    @Option(names = "--expect", paramLabel = "TEXT",
            description = "Literal text that the server's reply must begin with; an embedded target answers with it. Without --payload the server speaks first.")
    private @Nullable String expect;

    @Option(names = "--connect-timeout", paramLabel = "D", defaultValue = "5s",
            description = "Then the outcome is timed_out. Default: ${DEFAULT-VALUE}.")
    private String connectTimeout = "";

    @Option(names = "--close-timeout", paramLabel = "D", defaultValue = "5s",
            description = "Bound on the server's FIN. Default: ${DEFAULT-VALUE}.")
    private String closeTimeout = "";

    @Option(names = "--exchange-timeout", paramLabel = "D", defaultValue = "5s",
            description = "Bound on the server's reply. Default: ${DEFAULT-VALUE}.")
    private String exchangeTimeout = "";

    @Option(names = "--eager", paramLabel = "auto|on|off", defaultValue = "auto",
            description = "Ask at once with a second connect() whether the handshake is complete, as it is on loopback and veth, and look for a reply before asking to be told of it; auto finds out during the warm-up what pays. Default: ${DEFAULT-VALUE}.")
    private String eager = "";

    /** Whether the user chose a rate or a concurrency. */
    boolean isLoadGiven() {
        return rate != null || ramp != null || concurrency != null;
    }

    /** How the client closes, if the user said so. */
    @Nullable ClientClose closeGiven() {
        return close == null ? null : Flag.read("--close", close, ClientClose::parse);
    }

    Exchange exchange() {
        return Exchange.ofFlags(exchange, payload, expect);
    }

    /** How many event loops the client has. */
    int loops(int cpus) {
        return loops == null ? Math.max(1, cpus / 2) : (int) Flag.count("--loops", loops, 1, 64);
    }

    /**
     * The load that the flags describe.
     *
     * @param mayWaitInVain whether the target may never answer a client's FIN
     */
    LoadRequest request(ClientClose effectiveClose, boolean mayWaitInVain, SourceOptions source, int cpus,
            boolean durationGiven) {
        long count = connections == null ? 0 : Flag.count("--connections", connections, 1, 1_000_000_000_000L);
        long measureNs = count > 0 && !durationGiven ? 600_000_000_000L : Flag.positiveNs("--duration", duration);
        String warm = warmup != null ? warmup : count > 0 ? "0s" : "3s";
        int loopCount = loops(cpus);
        ConnectionPlan connection = connectionPlan(effectiveClose, source.socketOptions());
        ArrivalPlan plan = arrivalPlan();
        if (plan instanceof ArrivalPlan.ClosedLoop closed) {
            loopCount = Math.min(loopCount, closed.concurrency());
        }
        return new LoadRequest(engine(effectiveClose), plan,
                (int) Flag.count("--max-in-flight", maxInFlight, loopCount, 1_000_000),
                Flag.choice("--overload", overload, LoadPlan.Overload.class), count, Flag.ns("--warmup", warm), measureNs,
                drainNs(connection, mayWaitInVain), intervalNs(), loopCount, connection, source.request());
    }

    /** Whoever waits in vain for an answer is to find out before the drain is over. */
    private long drainNs(ConnectionPlan connection, boolean mayWaitInVain) {
        if (drain != null) {
            return Flag.ns("--drain", drain);
        }
        long timeoutsNs = connection.connectTimeoutNs()
                + Math.max(connection.exchangeTimeoutNs(), connection.holdNs() + connection.closeTimeoutNs());
        return mayWaitInVain ? Math.max(DEFAULT_DRAIN_NS, timeoutsNs + AFTER_TIMEOUTS_NS) : DEFAULT_DRAIN_NS;
    }

    private long intervalNs() {
        long ns = Flag.ns("--interval", interval);
        if (ns < LoadPlan.SHORTEST_INTERVAL_NS) {
            throw new IllegalArgumentException("--interval: must be 10ms or longer, not " + interval);
        }
        return ns;
    }

    private Engine engine(ClientClose effectiveClose) {
        Engine chosen = Flag.read("--engine", engine, Engine::parse);
        if (chosen == Engine.CHANNEL && effectiveClose instanceof ClientClose.Unread) {
            throw new IllegalArgumentException("with --engine channel Netty reads what comes, so nothing lies unread;"
                    + " --close unread needs --engine epoll");
        }
        if (chosen == Engine.CHANNEL && closers != null) {
            throw new IllegalArgumentException("with --engine channel Netty closes with a single thread of its own;"
                    + " --closers needs --engine epoll");
        }
        if (chosen != Engine.EPOLL && eager.equals("on")) {
            throw new IllegalArgumentException("--eager on is a second connect() at once, which only --engine epoll makes;"
                    + " leave --eager out with --engine " + chosen.text());
        }
        return chosen;
    }

    private ConnectionPlan connectionPlan(ClientClose effectiveClose, SocketOptions options) {
        return new ConnectionPlan(effectiveClose, closers(effectiveClose), Flag.ns("--hold", hold), exchange(), options,
                Flag.positiveNs("--connect-timeout", connectTimeout), Flag.positiveNs("--close-timeout", closeTimeout),
                Flag.positiveNs("--exchange-timeout", exchangeTimeout),
                Flag.choice("--eager", eager, ConnectionPlan.Eager.class),
                false, RTT_SAMPLE_EVERY);
    }

    private int closers(ClientClose effectiveClose) {
        if (effectiveClose instanceof ClientClose.Linger) {
            return closers == null ? DEFAULT_CLOSERS : (int) Flag.count("--closers", closers, 1, ConnectionPlan.MOST_CLOSERS);
        }
        if (closers != null) {
            throw new IllegalArgumentException(
                    "--closers make the closes of --close linger:SECONDS; with --close " + effectiveClose.text()
                            + " none waits, so leave it out");
        }
        return 0;
    }

    private ArrivalPlan arrivalPlan() {
        if (rate != null && ramp != null) {
            throw new IllegalArgumentException("--rate and --ramp exclude each other: a ramp names both its rates");
        }
        if (concurrency != null && (rate != null || ramp != null)) {
            throw new IllegalArgumentException("--concurrency is a closed loop and " + (rate != null ? "--rate" : "--ramp")
                    + " an open one; give one of them (--max-in-flight bounds an open loop)");
        }
        if (rate == null && ramp == null) {
            if (arrival != null) {
                throw new IllegalArgumentException("--arrival needs --rate or --ramp: a closed loop has no schedule");
            }
            return new ArrivalPlan.ClosedLoop(
                    concurrency == null ? DEFAULT_CONCURRENCY : (int) Flag.count("--concurrency", concurrency, 1, 1_000_000));
        }
        ArrivalPlan.Spacing spacing = arrival == null
                ? ArrivalPlan.Spacing.CONSTANT
                : Flag.choice("--arrival", arrival, ArrivalPlan.Spacing.class);
        return openLoop(spacing);
    }

    private ArrivalPlan.OpenLoop openLoop(ArrivalPlan.Spacing spacing) {
        if (rate != null) {
            double perSecond = Flag.read("--rate", rate, Quantity::rate);
            return Flag.read("--rate", rate, _ -> new ArrivalPlan.OpenLoop(perSecond, perSecond, spacing, POISSON_SEED));
        }
        String text = ramp == null ? "" : ramp;
        String[] ends = text.split(":", -1);
        if (ends.length != 2) {
            throw new IllegalArgumentException("--ramp: '" + text + "' is not a ramp; write FROM:TO, such as 1k:20k");
        }
        if (spacing == ArrivalPlan.Spacing.POISSON) {
            throw new IllegalArgumentException("--ramp has evenly spaced arrivals; leave --arrival poisson out");
        }
        return Flag.read("--ramp", text,
                _ -> new ArrivalPlan.OpenLoop(Quantity.rate(ends[0]), Quantity.rate(ends[1]), spacing, POISSON_SEED));
    }
}
