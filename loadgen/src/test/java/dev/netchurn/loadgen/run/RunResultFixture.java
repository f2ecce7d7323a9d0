package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import dev.netchurn.loadgen.run.RunResult.ActiveCloser;
import dev.netchurn.loadgen.run.RunResult.Books;
import dev.netchurn.loadgen.run.RunResult.Cpu;
import dev.netchurn.loadgen.run.RunResult.Environment;
import dev.netchurn.loadgen.run.RunResult.ListenQueueSummary;
import dev.netchurn.loadgen.run.RunResult.Observer;
import dev.netchurn.loadgen.run.RunResult.Rate;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Builds results that look like those of real runs. Change a field, then {@link #build()}. */
public final class RunResultFixture {

    public static final long CONNECTIONS = 203_412;

    public Verdict verdict = Verdict.VALID;
    public final Map<String, Object> config = new LinkedHashMap<>();
    public String topology = "veth";
    public Map<String, Map<String, String>> sysctls =
            Map.of("client", Map.of("net.ipv4.tcp_tw_reuse", "2"), "server", Map.of("net.core.somaxconn", "4096"));
    public Ledger ledger =
            ledger(CONNECTIONS, Map.of(Outcome.ESTABLISHED, CONNECTIONS), Map.of(CloseOutcome.CLOSED, CONNECTIONS));
    public Books books = new Books(CONNECTIONS, CONNECTIONS, CONNECTIONS, CONNECTIONS, null, true, List.of(), null);
    public @Nullable ActiveCloser activeCloser = new ActiveCloser(CONNECTIONS, 0, 0);
    public Rate rate = new Rate(null, 20_341.2, 20_340.8);
    public final Map<String, LatencySummary> latency = new LinkedHashMap<>();
    public @Nullable ClosersSummary closers;
    public @Nullable Map<String, Long> synRetransmits = Map.of("0", 1_986L);
    public @Nullable CensusSummary census;
    public @Nullable ListenQueueSummary listenQueue = new ListenQueueSummary(12, 4096);
    public final Map<String, Map<String, Long>> counters = new LinkedHashMap<>();
    public Cpu cpu = new Cpu(31_240.0, 17_900.0, 0.93, 0.55, 0.0);
    public Predictions predictions =
            new Predictions(Map.of("client", new Predictions.TimeWait(CONNECTIONS, CONNECTIONS, 1.0, 0.01)),
                    61.024, 2.048, 888_576, 14_561.0, null, null, null);
    public List<Misconception> notes = List.of();
    public List<AssertionResult> assertions = List.of();

    private RunResultFixture() {
        latency.put("connect", LatencySummary.of(spread(CONNECTIONS, 12_300)));
        latency.put("response", LatencySummary.of(spread(CONNECTIONS, 61_000), CONNECTIONS));
        latency.put("closeCall", LatencySummary.of(spread(CONNECTIONS, 4_100)));
        latency.put("closeHandshake", LatencySummary.of(spread(CONNECTIONS, 48_000)));
        latency.put("kernelRtt", LatencySummary.of(spread(1_986, 11_000)));
        latency.put("eventLoopDelay", LatencySummary.of(spread(10_000, 62_000)));
        Map<TcpState, StateCount> client = new EnumMap<>(TcpState.class);
        client.put(TcpState.ESTABLISHED, new StateCount(41, 0L, null));
        client.put(TcpState.FIN_WAIT2, new StateCount(23, 0L, null));
        client.put(TcpState.TIME_WAIT, new StateCount(CONNECTIONS, CONNECTIONS, null));
        Map<TcpState, StateCount> server = new EnumMap<>(TcpState.class);
        server.put(TcpState.ESTABLISHED, new StateCount(44, 0L, null));
        server.put(TcpState.CLOSE_WAIT, new StateCount(9, 0L, 0L));
        server.put(TcpState.LISTEN, new StateCount(16, 16L, null));
        census = new CensusSummary(client, server, 15, true);
        counters.put("client", Map.of("TcpActiveOpens", CONNECTIONS, "TcpExtTW", CONNECTIONS, "TcpInSegs", 3 * CONNECTIONS,
                "TcpOutSegs", 4 * CONNECTIONS));
        counters.put("server", Map.of("TcpPassiveOpens", CONNECTIONS, "TcpInSegs", 4 * CONNECTIONS,
                "TcpOutSegs", 3 * CONNECTIONS, "TcpExtTCPHPAcks", 17L));
    }

    /** A healthy closed loop of ten seconds on veth with graceful closes. */
    public static RunResultFixture closedLoop() {
        RunResultFixture fixture = new RunResultFixture();
        fixture.config.putAll(common());
        fixture.config.put("concurrency", 64);
        return fixture;
    }

    /** A healthy open loop at 20 000 connections per second. */
    public static RunResultFixture openLoop() {
        RunResultFixture fixture = new RunResultFixture();
        fixture.config.putAll(common());
        fixture.config.put("rate", "20k");
        fixture.config.put("arrival", "constant");
        fixture.rate = new Rate(20_000.0, 19_999.6, 19_999.1);
        fixture.latency.put("wait", LatencySummary.of(spread(CONNECTIONS, 9_000)));
        fixture.latency.put("connectFromIntended", LatencySummary.of(spread(CONNECTIONS, 22_000), CONNECTIONS));
        return fixture;
    }

    /** An open loop that the target could not follow: shed, refused and timed-out arrivals, drops and leaked sockets. */
    public static RunResultFixture troubled() {
        RunResultFixture fixture = openLoop();
        fixture.config.put("server-close", "never");
        long established = 180_000;
        fixture.ledger = ledger(200_000,
                Map.of(Outcome.ESTABLISHED, established, Outcome.SHED, 15_000L, Outcome.REFUSED, 3_000L,
                        Outcome.TIMED_OUT, 1_500L, Outcome.NO_LOCAL_PORT, 500L),
                Map.of(CloseOutcome.CLOSED, 170_000L, CloseOutcome.CLOSE_TIMED_OUT, 9_000L, CloseOutcome.STILL_OPEN, 1_000L));
        fixture.books = new Books(established, 184_500L, 180_000L, 179_000L, null, false,
                List.of("The target accepted 1 000 connections fewer than its kernel opened."), null);
        fixture.rate = new Rate(20_000.0, 18_000, 17_000);
        fixture.verdict = new Verdict(Verdict.Status.INVALID, List.of(
                new Verdict.Reason("books", "The target accepted 1 000 connections fewer than its kernel opened.", 179_000.0,
                        180_000.0),
                new Verdict.Reason("local-resources",
                        "500 connections found no free local port; give more source addresses with"
                                + " --source, or allow it with --allow no_local_port.",
                        500.0, 0.0)));
        fixture.latency.put("response", LatencySummary.of(spread(established, 61_000_000), 200_000));
        Map<TcpState, StateCount> server = new EnumMap<>(TcpState.class);
        server.put(TcpState.CLOSE_WAIT, new StateCount(10_000, 10_000L, 1_000L));
        fixture.census =
                new CensusSummary(Map.of(TcpState.TIME_WAIT, new StateCount(170_000, 170_000L, null)), server, 15, true);
        fixture.listenQueue = new ListenQueueSummary(4097, 4096);
        fixture.counters.put("server", Map.of("TcpPassiveOpens", established, "TcpExtListenDrops", 3_210L,
                "TcpExtListenOverflows", 3_210L, "TcpExtTCPTimeWaitOverflow", 12L));
        fixture.counters.put("client", Map.of("TcpActiveOpens", 184_500L, "TcpExtTCPSynRetrans", 3_100L));
        return fixture;
    }

    public RunResult build() {
        Environment environment = new Environment("6.12.0", 2, "Example CPU", 8L << 30, "25", "0.1.0", "4.2.18.Final", topology,
                sysctls,
                Map.of("nofile", 1_048_576L));
        return new RunResult(1, "20260301-120000-a1b2", "2026-03-01T12:00:00Z", "quick-start", verdict, config, environment,
                LedgerSummary.of(ledger, 63.9, 64), books, activeCloser, rate, latency, closers, synRetransmits, census,
                listenQueue,
                counters, cpu, new Observer(1_200_000, false), Explanations.of(census, counters, 64), predictions, notes,
                intervals(),
                assertions);
    }

    /** Arrivals of which those not named in the outcomes did not start. */
    public static Ledger ledger(long scheduled, Map<Outcome, Long> outcomes, Map<CloseOutcome, Long> closes) {
        long shed = outcomes.getOrDefault(Outcome.SHED, 0L);
        long established = outcomes.getOrDefault(Outcome.ESTABLISHED, 0L);
        return new Ledger(scheduled, scheduled - shed, outcomes, closes, 0, established, 0, 0, 0, established, 0, 0, 0,
                Map.of(), Map.of(), null, 0, 0);
    }

    /** Values around a median with a tail that is ten and more times as long. */
    public static Histogram spread(long count, long medianNs) {
        SplittableRandom random = new SplittableRandom(42);
        Histogram histogram = LatencySummary.newHistogram();
        for (long i = 0; i < count; i++) {
            histogram.recordValue(Math.max(1, Math.round(medianNs * Math.exp(0.45 * random.nextGaussian()))));
        }
        return histogram;
    }

    private static Map<String, Object> common() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("topology", "veth");
        config.put("duration", "10s");
        config.put("warmup", "3s");
        config.put("close", "graceful");
        config.put("server-close", "after-client");
        config.put("exchange", "none");
        config.put("loops", 1);
        config.put("acceptors", 1);
        config.put("backlog", 4096);
        config.put("connect-timeout", "5s");
        return config;
    }

    private static List<RunInterval> intervals() {
        return List.of(
                new RunInterval(0, 1_000_000_000L, Phase.WARMUP, 15_000, 0, 0, 15_000, null, 64, 0L, 14_000L, 60_000L, Map.of(),
                        Map.of(),
                        Map.of()),
                new RunInterval(1_000_000_000L, 1_000_000_000L, Phase.MEASURE, 20_300, 0, 0, 20_300, null, 64, 12L, 12_300L,
                        41_000L,
                        Map.of("client", Map.of(TcpState.TIME_WAIT, 20_300L), "server", Map.of()), Map.of(),
                        Map.of("client", Map.of("TcpActiveOpens", 20_300L))),
                new RunInterval(2_000_000_000L, 1_000_000_000L, Phase.DRAIN, 0, 0, 0, 0, null, 0, 0L, null, null, Map.of(),
                        Map.of(),
                        Map.of()));
    }
}
