package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Delays of a known length show up in the latencies that they belong to, and in no other. */
@Timeout(120)
class LatencyTruthIT {

    private static final long MS = 1_000_000;

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @Test
    void aLateCloseOfTheServerShowsInTheCloseHandshakeAndTheResponseOnly() {
        Ended run =
                netchurn.run("--quiet", "--rate", "200", "--warmup", "1s", "--duration", "3s", "--server-close", "delay:50ms",
                        "--close", "graceful");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.number("/latency/closeHandshake/minNs")).isGreaterThanOrEqualTo(50 * MS - 50 * MS / 1000);
        assertThat(run.number("/latency/closeHandshake/p50Ns")).isBetween(50 * MS - 50 * MS / 1000, 80 * MS);
        assertThat(run.number("/latency/response/minNs")).isGreaterThanOrEqualTo(50 * MS - 50 * MS / 1000);
        assertThat(run.number("/latency/connect/p90Ns")).isLessThan(25 * MS);
    }

    @Test
    void theMeasuredHandshakeIsNeverShorterThanTheKernelsOwn() {
        Ended run =
                netchurn.run("--quiet", "--concurrency", "1", "--warmup", "1s", "--duration", "2s", "--target-addresses", "16");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        long kernelNs = run.number("/latency/kernelRtt/p50Ns");
        long connectNs = run.number("/latency/connect/p50Ns");
        assertThat(kernelNs).isPositive();
        assertThat(connectNs).isGreaterThanOrEqualTo(kernelNs);
        assertThat(run.number("/synRetransmits/0")).isPositive();
    }

    @Test
    void aFrozenTargetRaisesTheResponseAsArithmeticPredictsAndNotTheHandshake() throws Exception {
        Process controller =
                netchurn.start(List.of("run", "--metrics", "off", "--no-tui", "--json", folder.resolve("r.json").toString(),
                        "--out", folder.resolve("out").toString(), "--rate", "500", "--overload", "queue", "--warmup", "2s",
                        "--duration", "6s",
                        "--interval", "200ms"));
        KilledControllerIT.waitUntil(() -> netchurn.errorsSoFar().contains("measure  "));
        Thread.sleep(1_000);
        long target =
                controller.descendants().filter(process -> KilledControllerIT.commandLine(process.pid()).contains("WorkerMain"))
                        .mapToLong(ProcessHandle::pid).min().orElseThrow();
        KilledControllerIT.signal("STOP", target);
        Thread.sleep(1_000);
        KilledControllerIT.signal("CONT", target);

        assertThat(controller.waitFor(60, TimeUnit.SECONDS)).isTrue();
        JsonNode result = new JsonMapper().readTree(folder.resolve("r.json").toFile());
        JsonNode response = result.at("/latency/response");
        JsonNode connect = result.at("/latency/connectFromIntended");
        // One second of six: a sixth of the arrivals waits between 0 and 1 s, so p90 lies 0.4 s above the ordinary.
        assertThat(response.at("/p90Ns").asLong()).isBetween(200 * MS, 800 * MS);
        assertThat(response.at("/maxNs").asLong()).isBetween(900 * MS, 2_000 * MS);
        assertThat(connect.at("/p90Ns").asLong()).isLessThan(100 * MS);
        assertThat(result.at("/ledger/scheduled").asLong()).isEqualTo(3_000);
    }

    @Test
    void aTargetThatNeverAcceptsGivesNoRunThatLooksHealthy() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 4096, InetAddress.ofLiteral("127.0.0.1"))) {
            String target = "127.0.0.1:" + deaf.getLocalPort();
            for (String close : List.of("graceful", "fin", "rst")) {
                Ended run = netchurn.run("--quiet", "--target", target, "--connections", "100", "--concurrency", "100",
                        "--close", close, "--close-timeout", "500ms", "--drain", "1s");

                assertThat(run.text("/verdict/status")).as(close + run.errors()).isIn("INVALID", "DEGRADED");
                if (close.equals("graceful")) {
                    assertThat(run.exitCode()).isEqualTo(5);
                    assertThat(run.number("/ledger/closeFailed/close_timed_out")).isEqualTo(100);
                }
            }
        }
    }
}
