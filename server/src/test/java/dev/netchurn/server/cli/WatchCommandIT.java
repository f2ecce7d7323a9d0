package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.ProcFile;
import dev.netchurn.metrics.Promtool;
import dev.netchurn.kernel.Side;
import dev.netchurn.metrics.WatchReport;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.PlainSockets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
@InPrivateNamespace
class WatchCommandIT {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final StringWriter out = new StringWriter();

    private int watch(String... arguments) {
        return new CommandLine(new WatchCommand()).setOut(new PrintWriter(out, true)).execute(arguments);
    }

    @Test
    void showsTheQueueAndTheDropsOfAListenerThatDoesNotAccept() {
        try (PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, 9000, 1);
            for (int i = 0; i < 5; i++) {
                sockets.startConnect(LOOPBACK, 9000);
            }

            assertThat(watch("--port", "9000", "--count", "1")).isZero();

            assertThat(out.toString().lines()).contains(
                    "client  ESTABLISHED          2",
                    "client  SYN_SENT             3",
                    "server  ESTABLISHED          2",
                    "server  LISTEN               1");
            // Three at once; each SYN is repeated every second, until the command has begun to read.
            assertThat(out.toString().lines())
                    .anyMatch(line -> line.matches("9000 {12}2 {9}1 +[1-9][0-9]*  full: further SYNs are dropped"));
        }
    }

    @Test
    void writesOneLineOfJsonPerReadingAndNothingElse() {
        try (PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, 9000, 10);
            sockets.close(sockets.connect(LOOPBACK, 9000));

            assertThat(watch("--port", "9000", "--count", "3", "--interval", "60ms", "--json", "-")).isZero();

            assertThat(out.toString().lines()).hasSize(3).allSatisfy(line -> {
                JsonNode sample = JsonMapper.shared().readTree(line);
                assertThat(sample.at("/census/server/CLOSE_WAIT").intValue()).isEqualTo(1);
                assertThat(sample.at("/unacceptedCloseWait").intValue()).isEqualTo(1);
                assertThat(sample.at("/listenQueues/9000/length").intValue()).isEqualTo(1);
            });
        }
    }

    @Test
    void servesTheLatestReadingAsMetrics() throws Exception {
        try (PlainSockets sockets = new PlainSockets(); HttpClient http = HttpClient.newHttpClient()) {
            sockets.listen(LOOPBACK, 9000, 10);
            sockets.close(sockets.connect(LOOPBACK, 9000));
            Thread watch = Thread.ofPlatform().daemon().start(
                    () -> watch("--port", "9000", "--count", "1000", "--interval", "50ms", "--metrics", "127.0.0.1:9464"));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:9464/metrics")).build();
            String body = "";
            for (int tries = 0; tries < 400 && !body.contains("CLOSE_WAIT"); tries++) {
                Thread.sleep(50);
                try {
                    body = http.send(request, BodyHandlers.ofString()).body();
                } catch (ConnectException e) {
                    // Not yet.
                }
            }
            HttpRequest now = HttpRequest.newBuilder(URI.create("http://127.0.0.1:9464/watch.json?walk=full")).build();
            WatchReport report = WatchReport.parse(http.send(now, BodyHandlers.ofString()).body());
            watch.interrupt();

            assertThat(report.ports()).containsExactly(9000);
            assertThat(report.reading().walked()).isTrue();
            assertThat(report.reading().side(Side.SERVER).unacceptedCloseWait()).isEqualTo(1);
            assertThat(report.reading().counters().get("TcpPassiveOpens")).isPositive();

            assertThat(body).contains(
                    "netchurn_tcp_sockets{side=\"server\",state=\"CLOSE_WAIT\"} 1",
                    "netchurn_tcp_sockets{side=\"server\",state=\"ESTABLISHED\"} 0",
                    "netchurn_tcp_events_total{name=\"TcpPassiveOpens\",side=\"shared\"}",
                    "netchurn_listen_queue_length{side=\"server\"} 1",
                    "netchurn_unaccepted_sockets{side=\"server\"} 1",
                    "netchurn_port_sockets{port=\"9000\",side=\"server\",state=\"CLOSE_WAIT\"} 1",
                    "netchurn_port_sockets{port=\"9000\",side=\"client\",state=\"TIME_WAIT\"} 0",
                    "netchurn_port_listen_queue_limit{port=\"9000\"} 10",
                    "netchurn_time_wait_limit{side=\"server\"} "
                            + ProcFile.readOnce(Path.of("/proc/sys/net/ipv4/tcp_max_tw_buckets")).strip());
            assertThat(body).as("a watch makes no connections").doesNotContain("netchurn_connections", "netchurn_run_phase");
            Promtool.acceptsMetrics(body);
        }
    }

    @Test
    void saysThatThePortForMetricsIsTaken() {
        try (PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, 9464, 1);

            assertThat(watch("--port", "9000", "--count", "1", "--metrics", "127.0.0.1:9464")).isEqualTo(3);
        }
    }

    @Test
    void appendsJsonToAFileBesideTheTable(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("watch.json");

        assertThat(watch("--port", "9000", "--count", "2", "--interval", "10ms", "--json", file.toString())).isZero();

        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(out.toString()).contains("(no socket on these ports)", "nobody listens");
    }
}
