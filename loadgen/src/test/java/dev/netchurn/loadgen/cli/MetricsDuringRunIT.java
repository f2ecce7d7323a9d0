package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import dev.netchurn.metrics.Promtool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a scraper sees while a run goes on and after it, and that it is what the result says. */
@Timeout(60)
class MetricsDuringRunIT {

    private static final Pattern ADDRESS = Pattern.compile("metrics at (http://\\S+/metrics)");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @Test
    void countersGrowDuringTheRunAndEndAtTheResultsNumbers() throws Exception {
        Process process =
                netchurn.start(List.of("run", "--no-tui", "--rate", "1k", "--warmup", "2s", "--duration", "2s", "--interval",
                        "200ms", "--metrics-linger", "30s", "--out", folder.resolve("out").toString()));
        URI uri = waitForAddress();

        String warm = scrapeUntil(uri, "netchurn_run_phase{phase=\"warmup\"} 1");
        String measuring = scrapeUntil(uri, "netchurn_run_phase{phase=\"measure\"} 1");
        String over = scrapeUntil(uri, "netchurn_run_valid{reason=\"verdict\"}");
        Path resultFile = folder.resolve("out").resolve("result.json");
        assertThat(resultFile).exists();
        assertThat(Files.readString(folder.resolve("stdout"))).as("the summary does not wait for the linger")
                .contains("Verdict");

        assertThat(uri.getHost()).isEqualTo("127.0.0.1");
        assertThat(uri.getPort()).isBetween(OutputOptions.DEFAULT_METRICS_PORT, OutputOptions.DEFAULT_METRICS_PORT + 99);
        assertThat(established(warm)).isBetween(0.0, 2_300.0);
        assertThat(established(measuring)).isBetween(established(warm), 4_000.0);
        assertThat(established(over)).isGreaterThan(established(measuring));
        assertThat(value(measuring, "netchurn_offered_rate_per_second")).isEqualTo(1_000);
        assertThat(value(measuring, "netchurn_tcp_sockets{side=\"client\",state=\"TIME_WAIT\"}")).isPositive();
        assertThat(value(over, "netchurn_connections_in_flight")).isZero();
        Promtool.acceptsMetrics(measuring);
        KilledControllerIT.signal("TERM", process.pid());
        Ended run = netchurn.await(process);
        assertThat(run.errors()).doesNotContain("Exception");
        assertTotals(over, Files.readString(resultFile));
    }

    @Test
    void anExplicitPortIsServed() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // Shorter than an interval: everything comes with the last report.
        Process process = netchurn.start(List.of("run", "--no-tui", "--connections", "20", "--metrics", "127.0.0.1:" + port,
                "--metrics-linger", "30s", "--out", folder.resolve("out").toString()));

        String over =
                scrapeUntil(URI.create("http://127.0.0.1:" + port + "/metrics"), "netchurn_run_valid{reason=\"verdict\"}");

        assertThat(established(over)).isEqualTo(20);
        assertThat(value(over, "netchurn_closes_total{outcome=\"closed\"}")).isEqualTo(20);
        assertThat(value(over, "netchurn_connect_duration_seconds_count")).isEqualTo(20);
        KilledControllerIT.signal("INT", process.pid());
        netchurn.await(process);
    }

    /** With a constant rate the warm-up of two seconds has 2000 arrivals; the result counts the measurement's. */
    private static void assertTotals(String scraped, String resultText) {
        var result = new tools.jackson.databind.json.JsonMapper().readTree(resultText);
        assertThat(established(scraped)).isEqualTo(2_000 + result.at("/ledger/established").asLong());
        assertThat(value(scraped, "netchurn_closes_total{outcome=\"closed\"}"))
                .isEqualTo(2_000 + result.at("/ledger/closed").asLong());
        assertThat(value(scraped, "netchurn_connect_duration_seconds_count"))
                .isEqualTo(2_000 + result.at("/latency/connect/count").asLong());
    }

    private URI waitForAddress() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            Path errors = folder.resolve("stderr");
            Matcher matcher = ADDRESS.matcher(Files.exists(errors) ? Files.readString(errors) : "");
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no metrics endpoint was announced: " + netchurn.errors());
    }

    private String scrapeUntil(URI uri, String line) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        String body = "";
        while (System.nanoTime() < deadline) {
            try {
                body = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
            } catch (java.net.ConnectException e) {
                body = "nothing listens";
            }
            if (body.lines().anyMatch(found -> found.startsWith(line))) {
                return body;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never seen: " + line + " in " + body);
    }

    private static double established(String metrics) {
        return value(metrics, "netchurn_connections_total{outcome=\"established\"}");
    }

    private static double value(String metrics, String series) {
        return metrics.lines().filter(line -> line.startsWith(series + " ")).findFirst()
                .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .orElseThrow(() -> new AssertionError(series + " is not in " + metrics));
    }
}
