package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.metrics.Promtool;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ServeCommandIT {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    void servesUntilASignalAndThenShowsItsBooks(String signal, int exitCode) throws Exception {
        int port = freePort();
        Process serve = start("--listen", "127.0.0.1:" + port, "--exchange", "request:3:5", "--metrics", "127.0.0.1:0");
        try (BufferedReader out = serve.inputReader(StandardCharsets.UTF_8)) {
            String ready = out.readLine();
            assertThat(ready).startsWith("Listening on 127.0.0.1:" + port + "; close after-client, exchange request:3:5")
                    .contains("warmed up by", "metrics at http://127.0.0.1:");
            exchange(port);
            String moved = out.readLine();
            assertThat(moved).contains("accepted 1 ", "closed after client 1,", "open 0");
            String scrape = scrape(ready.substring(ready.indexOf("http")));
            assertThat(scrape).contains("netchurn_connections_total{outcome=\"established\"} 1.0",
                    "netchurn_closes_total{outcome=\"closed_after_client\"} 1.0", "netchurn_run_info{command=\"serve\"");
            new ProcessBuilder("kill", "-" + signal, Long.toString(serve.pid())).start().waitFor();
            assertThat(out.lines()).contains("Books of this target").anyMatch(line -> line.matches(" *accepted +1"));
            assertThat(serve.waitFor()).isEqualTo(exitCode);
        } finally {
            serve.destroyForcibly();
        }
    }

    @Test
    void showsWhatTheKernelSaysAboutItsPorts() throws Exception {
        int port = freePort();
        Process serve = start("--listen", "127.0.0.1:" + port, "--backlog", "77", "--metrics", "127.0.0.1:0");
        try (BufferedReader out = serve.inputReader(StandardCharsets.UTF_8)) {
            String ready = out.readLine();
            String uri = ready.substring(ready.indexOf("http"));
            assertThat(scrape(uri)).contains("netchurn_tcp_sockets{side=\"server\",state=\"LISTEN\"} 1.0",
                    "netchurn_tcp_sockets{side=\"server\",state=\"ESTABLISHED\"} 0.0",
                    "netchurn_tcp_events_total{name=\"TcpPassiveOpens\",side=\"shared\"}",
                    "netchurn_listen_queue_length{side=\"server\"} 0.0", "netchurn_listen_queue_limit{side=\"server\"} 77.0");
            try (Socket client = new Socket(LOOPBACK, port)) {
                String now = scrape(uri);
                while (!now.contains("netchurn_tcp_sockets{side=\"server\",state=\"ESTABLISHED\"} 1.0")) {
                    assertThat(client.isConnected()).isTrue();
                    Thread.sleep(100);
                    now = scrape(uri);
                }
                assertThat(now).contains("netchurn_tcp_sockets{side=\"client\",state=\"ESTABLISHED\"} 1.0");
                Promtool.acceptsMetrics(now);
            }
        } finally {
            serve.destroyForcibly();
        }
    }

    @Test
    void saysInOneSentenceThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(refusal(3, "--listen", address))
                    .isEqualTo("netchurn serve: cannot listen on " + address + ": EADDRINUSE, another socket has this port");
        }
    }

    @Test
    void saysThatAnAddressIsNotOnThisMachine() throws Exception {
        assertThat(refusal(3, "--listen", "192.0.2.1:8080")).isEqualTo(
                "netchurn serve: cannot listen on 192.0.2.1:8080: EADDRNOTAVAIL, this address is not on this machine");
    }

    @Test
    void refusesAMetricsPortThatIsTakenWhenItWasAskedFor() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(refusal(3, "--listen", "127.0.0.1:" + freePort(), "--metrics", address))
                    .startsWith("netchurn serve: cannot serve metrics on " + address);
        }
    }

    @Test
    void explainsBadInput() throws Exception {
        assertThat(refusal(2)).contains("--listen");
        assertThat(refusal(2, "--listen", "here:80")).contains("--listen: ");
        assertThat(refusal(2, "--listen", "127.0.0.1:0")).contains("a target's port cannot be 0");
        assertThat(refusal(2, "--listen", "127.0.0.1:80,127.0.0.1:80")).contains("only once");
        assertThat(refusal(2, "--listen", "127.0.0.1:80", "--close", "maybe"))
                .contains("--close: 'maybe' is not a way to close");
        assertThat(refusal(2, "--listen", "127.0.0.1:80", "--backlog", "0")).contains("a backlog is between");
        assertThat(refusal(2, "--listen", "127.0.0.1:80", "--metrics", "on")).contains("--metrics: 'on' is not ADDRESS:PORT");
    }

    private static String refusal(int exitCode, String... arguments) throws IOException, InterruptedException {
        Process serve = start(arguments);
        String said = new String(serve.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(serve.waitFor()).as(said).isEqualTo(exitCode);
        return said.lines().findFirst().orElse("");
    }

    private static void exchange(int port) throws IOException {
        try (Socket client = new Socket(LOOPBACK, port)) {
            client.getOutputStream().write(new byte[3]);
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
        }
    }

    private static String scrape(String uri) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), ServeMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, LOOPBACK)) {
            return probe.getLocalPort();
        }
    }
}
