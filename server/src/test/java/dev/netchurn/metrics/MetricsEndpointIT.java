package dev.netchurn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class MetricsEndpointIT {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    @Test
    void showsEveryMeterWithHelpAndTheValuesOfTheSnapshot() throws Exception {
        String scrape = scrapeOf(everything());
        for (MeterName meter : MeterName.values()) {
            assertThat(scrape).contains("# HELP " + meter.text() + " ").contains("# TYPE " + meter.text() + " ");
        }
        assertThat(scrape).contains(
                "netchurn_connections_total{outcome=\"established\"} 12.0",
                "netchurn_closes_total{outcome=\"closed\"} 11.0",
                "netchurn_connections_in_flight 3.0",
                "netchurn_offered_rate_per_second 1000.0",
                "netchurn_tcp_sockets{side=\"client\",state=\"TIME_WAIT\"} 7.0",
                "netchurn_tcp_events_total{name=\"TcpActiveOpens\",side=\"client\"} 12.0",
                "netchurn_listen_queue_length{side=\"server\"} 2.0",
                "netchurn_listen_queue_limit{side=\"server\"} 4096.0",
                "netchurn_worker_cpu_seconds_total{side=\"server\"} 1.5",
                "netchurn_run_info{close=\"fin\",run_id=\"r1\"} 1",
                "netchurn_run_phase{phase=\"measure\"} 1.0",
                "netchurn_run_phase{phase=\"drain\"} 0.0",
                "netchurn_run_valid{reason=\"books_agree\"} 1.0",
                "netchurn_connect_duration_seconds_bucket{le=\"5.0E-5\"} 1",
                "netchurn_connect_duration_seconds_bucket{le=\"2.0\"} 2",
                "netchurn_connect_duration_seconds_count 2",
                "netchurn_close_duration_seconds_bucket{kind=\"call\",le=\"2.5E-6\"} 1",
                "netchurn_close_duration_seconds_count{kind=\"peer\"} 1");
    }

    @Test
    void isAcceptedByPromtool() throws Exception {
        assumeTrue(isInstalled("promtool"), "promtool is not installed");
        Process promtool = new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
        promtool.getOutputStream().write(scrapeOf(everything()).getBytes(StandardCharsets.UTF_8));
        promtool.getOutputStream().close();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
        assertThat(said).isBlank();
    }

    @Test
    void speaksOpenMetricsToWhoeverAsksForIt() throws Exception {
        try (MetricsEndpoint endpoint = MetricsEndpoint.open(ANY_PORT, false, MetricsEndpointIT::everything)) {
            HttpResponse<String> response = send(HttpRequest.newBuilder(endpoint.uri())
                    .header("Accept", "application/openmetrics-text; version=1.0.0").build());
            assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/openmetrics-text");
            assertThat(response.body()).endsWith("# EOF\n").contains("# TYPE netchurn_run info");
        }
    }

    @Test
    void isThereBeforeTheFirstInterval() throws Exception {
        assertThat(scrapeOf(MetricsSnapshot.EMPTY)).contains("netchurn_connections_in_flight 0.0")
                .doesNotContain("netchurn_offered_rate", "NaN");
    }

    @Test
    void answersOnlyGetOfMetricsAndHealth() throws Exception {
        try (MetricsEndpoint endpoint = MetricsEndpoint.open(ANY_PORT, false, MetricsEndpointIT::everything)) {
            URI uri = endpoint.uri();
            assertThat(uri.getHost()).isEqualTo("127.0.0.1");
            assertThat(send(HttpRequest.newBuilder(uri.resolve("/healthz")).build()).statusCode()).isEqualTo(200);
            assertThat(send(HttpRequest.newBuilder(uri.resolve("/")).build()).statusCode()).isEqualTo(404);
            assertThat(send(HttpRequest.newBuilder(uri.resolve("/metrics/x")).build()).statusCode()).isEqualTo(404);
            HttpRequest post = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("x")).build();
            assertThat(send(post).statusCode()).isEqualTo(405);
        }
    }

    @Test
    void takesTheNextFreePortOnlyWhenAllowed() throws Exception {
        try (MetricsEndpoint first = MetricsEndpoint.open(ANY_PORT, false, MetricsEndpointIT::everything)) {
            InetSocketAddress taken = new InetSocketAddress(ANY_PORT.getAddress(), first.uri().getPort());
            assertThatThrownBy(() -> MetricsEndpoint.open(taken, false, MetricsEndpointIT::everything))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot serve metrics on 127.0.0.1:" + taken.getPort() + ": ");
            try (MetricsEndpoint second = MetricsEndpoint.open(taken, true, MetricsEndpointIT::everything)) {
                assertThat(second.uri().getPort()).isGreaterThan(taken.getPort());
                assertThat(send(HttpRequest.newBuilder(second.uri()).build()).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void answersAfterASourceThatFailed() throws Exception {
        try (MetricsEndpoint endpoint = MetricsEndpoint.open(ANY_PORT, false, () -> {
            throw new IllegalStateException("secret");
        })) {
            HttpResponse<String> response = send(HttpRequest.newBuilder(endpoint.uri()).build());
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).doesNotContain("secret");
        }
    }

    private static MetricsSnapshot everything() {
        MetricsSnapshot.Builder snapshot = MetricsSnapshot.builder()
                .connections("established", 12).connections("refused", 1)
                .closes("closed", 11)
                .inFlight(3).offeredRatePerSecond(1000.0)
                .tcpSockets("client", Map.of("TIME_WAIT", 7L, "ESTABLISHED", 1L))
                .tcpEvents("client", Map.of("TcpActiveOpens", 12L))
                .listenQueue("server", 2, 4096)
                .workerCpuNs("server", 1_500_000_000L)
                .runInfo("run_id", "r1").runInfo("close", "fin")
                .phase("measure")
                .valid("books_agree", true);
        for (LatencyMeter meter : LatencyMeter.values()) {
            Histogram histogram = new Histogram(1, 3_600_000_000_000L, 3);
            histogram.recordValue(meter.kind().isEmpty() ? 30_000 : 2_000);
            if (meter == LatencyMeter.CONNECT) {
                histogram.recordValue(1_040_000_000L);
            }
            snapshot.latency(meter, histogram);
        }
        return snapshot.build();
    }

    private static String scrapeOf(MetricsSnapshot snapshot) throws Exception {
        try (MetricsEndpoint endpoint = MetricsEndpoint.open(ANY_PORT, false, () -> snapshot)) {
            HttpResponse<String> response = send(HttpRequest.newBuilder(endpoint.uri()).build());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
            return response.body();
        }
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static boolean isInstalled(String program) {
        List<String> folders = Arrays.asList(System.getenv().getOrDefault("PATH", "").split(":"));
        return folders.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
