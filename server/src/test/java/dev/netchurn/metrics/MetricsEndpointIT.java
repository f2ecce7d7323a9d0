package dev.netchurn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
                "netchurn_listen_drops_total{side=\"server\"} 5.0",
                "netchurn_time_wait_limit{side=\"client\"} 131072.0",
                "netchurn_port_sockets{port=\"80\",side=\"server\",state=\"CLOSE_WAIT\"} 4.0",
                "netchurn_latency_percentile_seconds{latency=\"connect\",percentile=\"99.9\"} 2.5E-5",
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
        Promtool.acceptsMetrics(scrapeOf(everything()));
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
                .tcpSockets("client", Map.of("TIME_WAIT", 7L, "ESTABLISHED", 1L)).predictedTimeWait("client", 8)
                .tcpEvents("client", Map.of("TcpActiveOpens", 12L))
                .listenQueue("server", 2, 4096, 5)
                .side(MeterName.UNACCEPTED_SOCKETS, "server", 1)
                .side(MeterName.TIME_WAIT_LIMIT, "client", 131_072)
                .side(MeterName.FOUR_TUPLES_LIMIT, "client", 28_232)
                .side(MeterName.FOUR_TUPLES_LEFT, "client", 28_224)
                .side(MeterName.CENSUS_AGE, "server", 0.5)
                .side(MeterName.OBSERVER_CPU, "server", 0.01)
                .percentile("connect", "99.9", 25_000)
                .put(MeterName.PORT_SOCKETS, Map.of("port", "80", "side", "server", "state", "CLOSE_WAIT"), 4)
                .put(MeterName.PORT_LISTEN_QUEUE_LENGTH, Map.of("port", "80"), 2)
                .put(MeterName.PORT_LISTEN_QUEUE_LIMIT, Map.of("port", "80"), 4096)
                .put(MeterName.PORT_LISTEN_DROPS, Map.of("port", "80"), 5)
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
}
