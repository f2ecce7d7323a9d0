package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only the kernel or the network can refuse: one sentence, the right exit code, and no file or process left. */
@Timeout(60)
class BadInputIT {

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            net.ipv4.tcp_tw_reuse_delay=0        | the kernel refuses it
            client:net.ipv4.tcp_tw_reuse=soon           | the kernel refuses it
            ip_local_port_range=50000-40000      | the kernel
            net.ipv4.tcp_tw_recycle=1            | it was removed from Linux in 4.12
            server:tcp_fin_timeot=1              | no such key; did you mean net.ipv4.tcp_fin_timeout?
            net.ipv4.tcp_mem=1 2 3               | it belongs to the whole machine
            ip_local_port_range=1                | the kernel
            """)
    void aSysctlThatTheKernelDoesNotTakeIsRefused(String setting, String sentence) throws IOException {
        assertRefused(netchurn.run("--connections", "5", "--sysctl", setting), 3, "cannot set net.ipv4.", sentence);
    }

    @Test
    void thePortOfTheEmbeddedTargetMustBeFree() throws IOException {
        try (ServerSocket _ = new ServerSocket(9000, 1, InetAddress.ofLiteral("127.0.1.1"))) {
            assertRefused(netchurn.run("--topology", "host", "--connections", "5"), 3, "127.0.1.1:9000",
                    "another socket has this port");
        }
    }

    @Test
    void aTargetWithoutAnAddressIsUnreachable() throws IOException {
        assertRefused(netchurn.run("--target", "no-such-host.invalid:80", "--connections", "5"), 4,
                "'no-such-host.invalid' cannot be resolved");
    }

    @Test
    void aTargetThatDoesNotListenIsUnreachable() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        assertRefused(netchurn.run("--target", "127.0.0.1:" + port, "--connections", "5"), 4, "cannot be reached",
                "is a server listening there?");
    }

    @Test
    void aMetricsPortThatWasAskedForMustBeFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            assertRefused(command("--metrics", address, "--connections", "5"), 3, "cannot serve metrics on " + address);
        }
    }

    @Test
    void theDefaultMetricsPortMovesOnWhenItIsTakenAndSaysSo() throws Exception {
        try (ServerSocket _ = takeUnlessTaken(OutputOptions.DEFAULT_METRICS_PORT)) {
            Ended run = command("--connections", "5");

            assertThat(run.exitCode()).isZero();
            assertThat(run.errors())
                    .containsPattern("with metrics at http://127\\.0\\.0\\.1:94\\d\\d/metrics, because port 9464 is taken");
        }
    }

    @Test
    void forceRunsAgainstTheAdviceOfPreflight() {
        // Ten ports on one address, without reuse: fifteen connections cannot all be made.
        Ended run = netchurn.run("--force", "--connections", "15", "--concurrency", "1", "--target-addresses", "1", "--sysctl",
                "net.ipv4.ip_local_port_range=40000 40009", "--sysctl", "net.ipv4.tcp_tw_reuse=0");

        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.number("/ledger/failed/no_local_port")).isEqualTo(5);
    }

    /** Runs with these flags and a result folder; everything else is the user's default. */
    private Ended command(String... flags) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--out", folder.resolve("out").toString()));
        words.addAll(List.of(flags));
        return netchurn.await(netchurn.start(words));
    }

    private static ServerSocket takeUnlessTaken(int port) throws IOException {
        try {
            return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        } catch (java.net.BindException e) {
            return new ServerSocket();
        }
    }

    private void assertRefused(Ended run, int exitCode, String... parts) throws IOException {
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.errors().lines()).singleElement().asString().startsWith("netchurn: ").contains(parts);
        assertThat(run.output()).isEmpty();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("stdout", "stderr");
        }
        assertThat(ProcessHandle.current().children()).isEmpty();
    }
}
