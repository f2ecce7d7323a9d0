package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The time between the client's handshake and the target's accept() is found by four-tuple, and is the true one. */
@Timeout(120)
class AcceptQueueIT {

    private static final long MS = 1_000_000;

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @ParameterizedTest
    @CsvSource({"veth,4", "veth,6", "loopback,4", "loopback,6"})
    void isSampledInEachTopologyAndFamilyEvenWithFewConnections(String topology, String family) throws Exception {
        Ended run = netchurn.run("--quiet", "--topology", topology, "--family", family, "--connections", "20",
                "--concurrency", "1", "--warmup", "300ms");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.number("/latency/acceptQueue/count")).isBetween(1L, 2L);
        assertThat(run.number("/latency/acceptQueue/maxNs")).isBetween(1L, 1_000 * MS);
        assertThat(latencyLog()).contains("Tag=measure.acceptQueue,");
    }

    @Test
    void aFourTupleThatIsUsedAgainAtOnceIsNotMistaken() {
        // After an RST a port is free at once, and a thousand ports are gone through many times within one interval.
        Ended run = netchurn.run("--quiet", "--topology", "veth", "--close", "rst", "--concurrency", "1", "--warmup", "1s",
                "--duration", "3s", "--source-ports", "20000-20999");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.number("/ledger/established")).isGreaterThan(6_000);
        assertThat(run.number("/latency/acceptQueue/count")).isPositive();
        // A later user of the four-tuple was accepted up to an interval, 1 s, after the sampled connection.
        assertThat(run.number("/latency/acceptQueue/meanNs")).isLessThan(200 * MS);
    }

    @Test
    void aFrozenTargetShowsInTheAcceptQueueAndNotInTheHandshake() throws Exception {
        Process controller =
                netchurn.start(List.of("run", "--metrics", "off", "--quiet", "--json", folder.resolve("r.json").toString(),
                        "--out", folder.resolve("out").toString(), "--rate", "2000", "--overload", "queue", "--warmup", "2s",
                        "--duration", "6s", "--interval", "200ms", "--backlog", "4096"));
        while (!latencyLog().contains("Tag=measure.")) {
            assertThat(controller.isAlive()).as(netchurn.errors()).isTrue();
            Thread.sleep(20);
        }
        Thread.sleep(1_000);
        long target =
                controller.descendants().filter(process -> KilledControllerIT.commandLine(process.pid()).contains("WorkerMain"))
                        .mapToLong(ProcessHandle::pid).min().orElseThrow();
        KilledControllerIT.signal("STOP", target);
        Thread.sleep(500);
        KilledControllerIT.signal("CONT", target);

        assertThat(controller.waitFor(60, TimeUnit.SECONDS)).as(netchurn.errors()).isTrue();
        JsonNode result = new JsonMapper().readTree(folder.resolve("r.json").toFile());
        JsonNode waits = result.at("/latency/acceptQueue");
        assertThat(waits.at("/maxNs").asLong()).isBetween(300 * MS, 1_000 * MS);
        assertThat(waits.at("/p50Ns").asLong()).isLessThan(100 * MS);
        assertThat(result.at("/latency/connect/p90Ns").asLong()).isLessThan(50 * MS);
        // 12 000 connections, one in 128 of them.
        assertThat(waits.at("/count").asLong()).isBetween(80L, 95L);
    }

    /** What the run has logged so far; it logs each interval as it ends. */
    private String latencyLog() throws IOException {
        if (!Files.isDirectory(folder.resolve("out"))) {
            return "";
        }
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            Optional<Path> log = files.filter(file -> file.endsWith("latency.hlog")).findFirst();
            return log.isPresent() ? Files.readString(log.get()) : "";
        }
    }
}
