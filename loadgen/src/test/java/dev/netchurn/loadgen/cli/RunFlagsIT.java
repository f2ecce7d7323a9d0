package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.netchurn.loadgen.cli.Netchurn.Ended;
import dev.netchurn.loadgen.report.ResultJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each flag has its effect, and the effect can be seen in the result. */
@Timeout(90)
class RunFlagsIT {

    private static final double MS = 1e6;

    /** What a machine that is busy with something else does to any run. */
    private static final Set<String> BUSY_MACHINE =
            Set.of("schedule-lag", "event-loop-delay", "steal", "observer", "achieved-rate");

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"veth", "loopback", "host"})
    void theResultIsWhatTheSchemaSays(String topology) throws IOException {
        Ended run = netchurn.run("--topology", topology, "--connections", "30");

        assertUsable(run);
        assertThat(established(run)).isEqualTo(30);
        String text = Files.readString(folder.resolve("out").resolve("result.json"));
        try (var schema = ResultJson.class.getResourceAsStream(ResultJson.SCHEMA)) {
            assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema)
                    .validate(text, InputFormat.JSON)).extracting(Error::toString).isEmpty();
        }
    }

    @Test
    void theLatencyLogAddsUpToTheResult() throws IOException {
        Ended run = netchurn.run("--rate", "1k", "--warmup", "300ms", "--duration", "1s", "--interval", "200ms");

        assertUsable(run);
        Map<String, Long> logged = new TreeMap<>();
        try (HistogramLogReader log = new HistogramLogReader(folder.resolve("out").resolve("latency.hlog").toFile())) {
            while (log.hasNext()) {
                if (log.nextIntervalHistogram() instanceof Histogram histogram) {
                    logged.merge(histogram.getTag(), histogram.getTotalCount(), Long::sum);
                }
            }
        }
        for (String latency : List.of("wait", "connect", "response", "closeHandshake", "closeCall")) {
            assertThat(logged.get("measure." + latency)).as(latency).isEqualTo(run.number("/latency/" + latency + "/count"));
        }
        assertThat(logged.get("warmup.connect")).isEqualTo(300);
    }

    @Test
    void anAssertionThatHoldsIsFineAndOneThatDoesNotIs99() {
        Ended run = netchurn.run("--connections", "20", "--assert", "failed==0", "--assert", "connect.p50>1h", "--assert",
                "client.TIME_WAIT.final==20", "--assert", "peerClose.p50<1s", "--quiet");

        assertThat(run.exitCode()).as(run.result().at("/verdict").toString()).isEqualTo(99);
        JsonNode assertions = run.result().at("/assertions");
        assertThat(assertions.valueStream().map(assertion -> assertion.at("/passed").asBoolean())).containsExactly(true, false,
                true, false);
        assertThat(assertions.get(3).at("/observed").isNull()).as("never observed with a graceful close").isTrue();
    }

    @Test
    void jsonOnStandardOutputIsAloneThere() throws Exception {
        Ended run =
                netchurn.await(netchurn.start(List.of("run", "--metrics", "off", "--connections", "10", "--json", "-", "--out",
                        folder.resolve("out").toString())));

        assertThat(run.exitCode()).isZero();
        assertThat(new JsonMapper().readTree(run.output()).at("/ledger/established").asLong()).isEqualTo(10);
    }

    @Test
    void quietSaysNothing() {
        Ended run = netchurn.run("--connections", "10", "--quiet");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output() + run.errors()).isEmpty();
    }

    @Test
    void aRampGoesFromItsFirstToItsLastRate() {
        Ended run = netchurn.run("--ramp", "200:1800", "--warmup", "0s", "--duration", "2s", "--interval", "500ms");

        assertUsable(run);
        assertThat(run.number("/ledger/scheduled")).isBetween(1_998L, 2_002L);
        JsonNode intervals = run.result().at("/intervals");
        List<Double> rates = intervals.valueStream().filter(interval -> interval.at("/phase").asString().equals("measure"))
                .map(interval -> interval.at("/rate").asDouble()).toList();
        assertThat(rates.getLast()).isGreaterThan(2 * rates.getFirst());
    }

    @Test
    void poissonArrivalsAreAsManyAsTheRateSaysButUneven() {
        Ended run = netchurn.run("--rate", "1k", "--arrival", "poisson", "--warmup", "0s", "--duration", "2s");

        assertUsable(run);
        // Six standard deviations; a constant schedule has 2000.
        assertThat(run.number("/ledger/scheduled")).isBetween(1_730L, 2_270L).isNotEqualTo(2_000L);
    }

    @Test
    void aQueueKeepsArrivalsThatAShedWouldDrop() {
        String[] flags = {"--rate", "1k", "--warmup", "0s", "--duration", "300ms", "--max-in-flight", "2", "--hold", "3ms",
            "--allow", "shed"};

        Ended shed = netchurn.run(flags);
        Ended queue = netchurn.run(concat(flags, "--overload", "queue"));

        assertThat(shed.number("/ledger/shed")).isPositive();
        assertThat(queue.number("/ledger/shed")).isZero();
        assertThat(established(queue)).isEqualTo(queue.number("/ledger/scheduled")).isBetween(299L, 301L);
        assertThat(ns(queue, "wait/p50")).as("time in the queue is the generator's lag").isGreaterThan(ns(shed, "wait/p50"));
        assertThat(queue.number("/ledger/inFlight/max")).isEqualTo(2);
        assertBooks(shed);
        assertBooks(queue);
    }

    @Test
    void aQueueThatIsCutShortKeepsItsBooks() {
        Ended run =
                netchurn.run("--rate", "1k", "--warmup", "0s", "--duration", "500ms", "--max-in-flight", "2", "--hold", "50ms",
                        "--overload", "queue", "--drain", "500ms", "--allow", "shed,still_open");

        assertBooks(run);
        assertThat(run.number("/ledger/shed")).isPositive();
    }

    @Test
    void holdDelaysTheCloseAndFillsTheFlight() {
        Ended run = netchurn.run("--connections", "40", "--concurrency", "20", "--hold", "100ms");

        assertUsable(run);
        assertThat(ns(run, "response/min")).isGreaterThan(100 * MS);
        assertThat(ns(run, "connect/p50")).isLessThan(50 * MS);
        assertThat(run.number("/ledger/inFlight/max")).isEqualTo(20);
    }

    @Test
    void anExchangeGoesBothWaysBeforeTheClose() {
        Ended run = netchurn.run("--connections", "50", "--concurrency", "4", "--exchange", "request:64:4KiB");

        assertUsable(run);
        assertThat(run.number("/latency/response/count")).isEqualTo(50);
        assertThat(run.text("/config/exchange")).isEqualTo("request:64:4096");
        // Handshake and close make 3 to 4 segments each way; request and reply come on top.
        assertThat(run.number("/counters/client/TcpOutSegs")).isGreaterThanOrEqualTo(5 * 50);
        assertThat(run.number("/ledger/unreadCloses")).isZero();
    }

    @Test
    void withoutTheImmediateQuestionEpollTellsOfEachHandshake() {
        Ended off = netchurn.run("--connections", "50", "--eager", "off");

        assertUsable(off);
        assertThat(off.number("/ledger/eager/notTried")).isEqualTo(50);
    }

    @Test
    void connectionsLeaveFromTheGivenAddressesAndPorts() {
        // Four addresses with ten ports each make 40 connections to one target; without reuse not one more.
        Ended run = netchurn.run("--topology", "loopback", "--connections", "44", "--concurrency", "1", "--source",
                "127.0.0.2-127.0.0.5",
                "--source-ports", "20000-20009", "--target-addresses", "1", "--sysctl", "tcp_tw_reuse=0", "--sysctl",
                "ip_local_port_range=10000 60000", "--allow", "no_local_port");

        assertUsable(run);
        assertThat(established(run)).isEqualTo(40);
        assertThat(run.number("/ledger/failed/no_local_port")).isEqualTo(4);
    }

    @Test
    void sourceAddressesExistOnTheVethPairToo() {
        Ended run =
                netchurn.run("--connections", "20", "--concurrency", "1", "--source", "10.77.0.2,10.77.0.3", "--source-ports",
                        "20000-20009", "--target-addresses", "1", "--sysctl", "tcp_tw_reuse=0", "--sysctl",
                        "ip_local_port_range=10000 60000");

        assertUsable(run);
        assertThat(established(run)).isEqualTo(20);
    }

    @Test
    void aServerThatDelaysItsCloseIsSeenInTheCloseAndNotInTheHandshake() {
        Ended run = netchurn.run("--connections", "20", "--server-close", "delay:80ms", "--family", "6");

        assertUsable(run);
        assertThat(ns(run, "closeHandshake/min")).isGreaterThan(79 * MS);
        assertThat(ns(run, "connect/max")).isLessThan(79 * MS);
        assertThat(run.number("/census/client/TIME_WAIT/final")).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"counts", "full"})
    void everyCensusKnowsTheStatesInTheEnd(String census) {
        Ended run = netchurn.run("--rate", "500", "--warmup", "0s", "--duration", "600ms", "--interval", "100ms", "--census",
                census);

        assertUsable(run);
        assertThat(established(run)).isEqualTo(300);
        // On a busy machine a late ACK may meet no socket at the server; its RST ends the client's TIME_WAIT (tcp_rfc1337=0).
        long ended = run.number("/counters/server/TcpOutRsts");
        assertThat(ended).isLessThan(30);
        assertThat(run.number("/census/client/TIME_WAIT/final")).isBetween(300 - ended, 300L);
        assertThat(run.text("/config/census")).isEqualTo(census);
    }

    @Test
    void runsForAnybodyFromAFolderThatCannotBeWrittenWhenResultsGoElsewhere() throws Exception {
        assumeThat(System.getProperty("user.name")).as("only root can become nobody").isEqualTo("root");
        Path own = Files.createDirectory(folder.resolve("own"));
        for (List<String> command : List.of(List.of("chmod", "755", folder.toString()),
                List.of("chown", "65534", own.toString()))) {
            assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
        }
        String home = System.getProperty("netchurn.home");
        assumeThat(new ProcessBuilder(asNobody("test", "-r", home + "/loadgen/target/netchurn.jar")).start().waitFor())
                .as("nobody can read the build").isZero();
        ProcessBuilder run = new ProcessBuilder(asNobody("env", "HOME=/nonexistent", "PATH=" + System.getenv("PATH"),
                "JAVA_HOME=" + System.getProperty("java.home"), home + "/netchurn", "run", "--metrics", "off", "--connections",
                "20",
                "--out", own.resolve("results").toString()));
        Process process = run.directory(Path.of("/").toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("stdout").toFile()).start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(folder.resolve("stdout"))).isZero();
        assertThat(own.resolve("results").resolve("result.json")).exists();
    }

    private static List<String> asNobody(String... command) {
        List<String> words = new java.util.ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        words.addAll(List.of(command));
        return words;
    }

    private static String[] concat(String[] flags, String... more) {
        return java.util.stream.Stream.of(flags, more).flatMap(java.util.Arrays::stream).toArray(String[]::new);
    }

    private static long established(Ended run) {
        return run.number("/ledger/established");
    }

    private static double ns(Ended run, String latency) {
        return run.result().at("/latency/" + latency + "Ns").asDouble();
    }

    private static void assertUsable(Ended run) {
        // An event loop that the machine held up for long voids the numbers, which are not what these tests look at.
        assertThat(run.exitCode()).as(run.errors() + run.result().at("/verdict")).isIn(0, 5);
        JsonNode reasons = run.result().at("/verdict/reasons");
        assertThat(reasons.valueStream().map(reason -> reason.at("/check").asString())).as(reasons.toString())
                .isSubsetOf(BUSY_MACHINE);
        if (!run.text("/config/topology").equals("host")) {
            assertBooks(run);
        }
    }

    private static void assertBooks(Ended run) {
        assertThat(run.result().at("/books/agree").asBoolean()).as(run.result().at("/books").toString()).isTrue();
    }
}
