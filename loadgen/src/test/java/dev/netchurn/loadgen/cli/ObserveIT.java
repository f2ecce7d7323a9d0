package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.PlainSockets;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --observe}: the server's side comes from a {@code watch} that is another process. */
@Timeout(120)
@InPrivateNamespace
class ObserveIT {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    Path folder;

    @TempDir
    Path watchFolder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @Test
    void theServersSideIsWhatTheWatchReads() throws Exception {
        try (PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, 9000, 64);
            Process watch = watch("--port", "9000");
            try {
                Netchurn.Ended ended = netchurn.run("--target", "127.0.0.1:9000", "--observe", "127.0.0.1:9464", "--close",
                        "fin",
                        "--connections", "20", "--concurrency", "1", "--assert", "server.CLOSE_WAIT.final==0", "--allow",
                        "unaccepted");

                assertThat(ended.exitCode()).as(ended.output() + ended.errors()).isEqualTo(99);
                // The probe is closed as well, and nobody accepts.
                assertThat(ended.number("/census/server/CLOSE_WAIT/final")).isEqualTo(21);
                assertThat(ended.number("/census/server/CLOSE_WAIT/unaccepted")).isEqualTo(21);
                assertThat(ended.number("/listenQueue/limit")).isEqualTo(64);
                assertThat(ended.number("/listenQueue/peak")).isEqualTo(21);
                assertThat(ended.number("/counters/server/TcpPassiveOpens")).isGreaterThanOrEqualTo(20);
                assertThat(ended.result().at("/counters/client").isObject()).isTrue();
                assertThat(ended.result().at("/cpu/serverNsPerConnection").isNull()).isTrue();
                assertThat(ended.text("/config/observe")).isEqualTo("127.0.0.1:9464");
                assertThat(ended.output())
                        .containsIgnoringWhitespaces("The server's side was read from the watch at 127.0.0.1:9464.");
            } finally {
                watch.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aWatchThatIsLostDegradesTheRun() throws Exception {
        try (PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, 9000, 1024);
            Process watch = watch("--port", "9000");
            try {
                List<String> flags = List.of("run", "--metrics", "off", "--no-tui", "--out", folder.resolve("out").toString(),
                        "--json", folder.resolve("result.json").toString(), "--target", "127.0.0.1:9000", "--observe",
                        "127.0.0.1:9464", "--close", "fin", "--rate", "50", "--warmup", "0s", "--duration", "4s", "--interval",
                        "100ms", "--allow", "unaccepted");
                Process run = netchurn.start(flags);
                KilledControllerIT.waitUntil(() -> netchurn.errorsSoFar().contains("measure  "));
                watch.destroyForcibly().waitFor();

                Netchurn.Ended ended = netchurn.await(run);

                assertThat(ended.text("/verdict/status")).as(ended.output() + ended.errors()).isNotEqualTo("VALID");
                assertThat(ended.result().at("/verdict/reasons").toString()).contains("\"observer\"",
                        "was lost during the run");
                assertThat(ended.number("/ledger/closed")).isEqualTo(200);
                assertThat(ended.number("/census/server/CLOSE_WAIT/peak")).isPositive();
                assertThat(ended.result().at("/census/server/CLOSE_WAIT/final").isNull()).isTrue();
            } finally {
                watch.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aWatchThatCannotBeUsedIsRefusedInOneSentence() throws Exception {
        try (PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, 9000, 64);

            Netchurn.Ended nobody = netchurn.run("--target", "127.0.0.1:9000", "--observe", "127.0.0.1:9465");
            assertThat(nobody.exitCode()).isEqualTo(3);
            assertThat(nobody.errors().lines()).singleElement().asString().contains(
                    "the watch at 127.0.0.1:9465 cannot be used",
                    "run 'netchurn watch --port 9000 --metrics 127.0.0.1:9465'");

            Process watch = watch("--port", "80");
            try {
                Netchurn.Ended elsewhere = netchurn.run("--target", "127.0.0.1:9000", "--observe", "127.0.0.1:9464");
                assertThat(elsewhere.exitCode()).isEqualTo(3);
                assertThat(elsewhere.errors()).contains("it watches [80] and not port 9000");
            } finally {
                watch.destroyForcibly().waitFor();
            }
        }
    }

    /** Returns when its endpoint is there. */
    private Process watch(String... flags) throws Exception {
        Netchurn other = new Netchurn(watchFolder);
        List<String> arguments = new ArrayList<>(List.of("watch", "--metrics", "127.0.0.1:9464"));
        arguments.addAll(List.of(flags));
        Process watch = other.start(arguments);
        KilledControllerIT.waitUntil(() -> other.errorsSoFar().contains("metrics at"));
        return watch;
    }
}
