package dev.netchurn.closepath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * That the suite runs as a user starts it, loses no connection and counts what it says; on the epoll transport, which takes the
 * least time. How fast anything is, no test can know.
 */
@Timeout(600)
class SuiteIT {

    @TempDir
    Path folder;

    @Test
    void givesScoresWithoutAFailureAndTheEnvironmentBesideThem() throws Exception {
        Path script = Path.of(System.getProperty("netchurn.home"), "bench/jmh.sh");
        Path json = folder.resolve("suite.json");
        Path log = folder.resolve("log");
        int status = new ProcessBuilder(script.toString(), "-q", "-o", json.toString(), "--", "-p", "transport=EPOLL")
                .redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();

        assertThat(status).as(() -> read(log)).isZero();
        List<JsonNode> results = results(json);
        assertThat(results).hasSizeGreaterThan(30)
                .allSatisfy(result -> assertThat(result.at("/primaryMetric/score").asDouble()).isPositive())
                .allSatisfy(result -> assertThat(guards(result)).allSatisfy(guard -> assertThat(guard).isZero()));
        systemCallsAreThoseOfTheSource(results);
        assertThat(score(results, "LingerExecutorBenchmark", "IDLE", "CLOSERS"))
                .as("closers wait for late ACKs side by side, stock Netty for one after the other")
                .isLessThan(score(results, "LingerExecutorBenchmark", "IDLE", "NETTY"));
        assertThat(read(log)).contains("DelThenClose.close", "registration=BY_DEL");

        JsonNode environment = new JsonMapper().readTree(folder.resolve("suite.environment.json").toFile());
        assertThat(environment.at("/kernel").asString()).isEqualTo(System.getProperty("os.version"));
        assertThat(environment.at("/netty").asString()).startsWith("4.2.");
        assertThat(environment.at("/sysctls/net.ipv4.ip_local_port_range").asString()).isEqualTo("30000 34095");
    }

    /** Netty's epoll transport asks for SO_LINGER, takes the descriptor out of epoll, and closes it. Root only can count. */
    private static void systemCallsAreThoseOfTheSource(List<JsonNode> results) {
        List<JsonNode> closes = results.stream()
                .filter(result -> result.at("/benchmark").asString().endsWith("CloseIdleBenchmark.close"))
                .filter(result -> result.at("/params/transport").asString().equals("EPOLL"))
                .filter(result -> result.at("/params/caller").asString().equals("EVENT_LOOP"))
                .filter(result -> result.at("/secondaryMetrics").has("systemCalls"))
                .toList();
        if (System.getProperty("user.name").equals("root")) {
            assertThat(closes).hasSize(2);
        }
        assertThat(closes).allSatisfy(
                result -> assertThat(result.at("/secondaryMetrics/systemCalls/score").asDouble()).isEqualTo(3, within(0.1)));
    }

    private static double score(List<JsonNode> results, String benchmark, String... parameters) {
        return results.stream().filter(result -> result.at("/benchmark").asString().contains(benchmark))
                .filter(result -> result.at("/params").valueStream().map(JsonNode::asString).toList()
                        .containsAll(List.of(parameters)))
                .mapToDouble(result -> result.at("/primaryMetric/score").asDouble()).findFirst().orElseThrow();
    }

    private static List<Double> guards(JsonNode result) {
        List<Double> guards = new ArrayList<>();
        for (String guard : List.of("errors", "addressNotAvailable", "leftovers")) {
            guards.add(result.at("/secondaryMetrics/" + guard + "/score").asDouble(0));
        }
        return guards;
    }

    private static List<JsonNode> results(Path json) throws Exception {
        return StreamSupport.stream(new JsonMapper().readTree(json.toFile()).spliterator(), false).toList();
    }

    private static String read(Path log) {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 4_000));
        } catch (java.io.IOException e) {
            return "no output: " + e;
        }
    }
}
