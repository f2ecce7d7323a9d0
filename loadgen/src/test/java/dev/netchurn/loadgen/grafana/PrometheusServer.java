package dev.netchurn.loadgen.grafana;

import dev.netchurn.metrics.Promtool;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus, on its usual port; to be started in a private namespace. */
final class PrometheusServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Path log;
    private final HttpClient client = HttpClient.newHttpClient();

    private PrometheusServer(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it and waits until it answers. The test is skipped where it is not installed.
     *
     * @param config prometheus.yml, as it is shipped
     * @param folder for its data and its log
     */
    static PrometheusServer start(Path config, Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Promtool.isInstalled("prometheus"), "prometheus is not installed");
        Path log = folder.resolve("prometheus.log");
        Process process = new ProcessBuilder("prometheus", "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"), "--storage.tsdb.retention.time=100y",
                "--web.listen-address=127.0.0.1:9090", "--log.level=warn")
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        PrometheusServer server = new PrometheusServer(process, log);
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!server.isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                server.close();
                throw new AssertionError("prometheus did not start: " + Files.readString(log));
            }
            Thread.sleep(50);
        }
        return server;
    }

    private boolean isReady() throws IOException, InterruptedException {
        try {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:9090/-/ready")).build(),
                    BodyHandlers.discarding()).statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** The series of a query over a time, one value per second: {@code data.result}. */
    JsonNode range(String expression, Instant from, Instant to) throws IOException, InterruptedException {
        return ask("query_range?step=1&start=" + seconds(from) + "&end=" + seconds(to) + "&query=" + encoded(expression))
                .at("/data/result");
    }

    /** The series of a query at an instant: {@code data.result}. */
    JsonNode at(String expression, Instant instant) throws IOException, InterruptedException {
        return ask("query?time=" + seconds(instant) + "&query=" + encoded(expression)).at("/data/result");
    }

    /** The one value of a query at an instant. */
    double value(String expression, Instant instant) throws IOException, InterruptedException {
        JsonNode result = at(expression, instant);
        if (result.size() != 1) {
            throw new AssertionError(expression + " gave " + result);
        }
        return Double.parseDouble(result.at("/0/value/1").asString());
    }

    /** The values of a label of the series that a selector finds. */
    JsonNode labelValues(String label, String selector) throws IOException, InterruptedException {
        return ask("label/" + label + "/values?match[]=".replace("[", "%5B").replace("]", "%5D") + encoded(selector))
                .at("/data");
    }

    /** Every rule that is loaded, with its last evaluation. */
    List<JsonNode> rules() throws IOException, InterruptedException {
        return ask("rules").at("/data/groups").valueStream().flatMap(group -> group.at("/rules").valueStream()).toList();
    }

    private JsonNode ask(String what) throws IOException, InterruptedException {
        String body = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:9090/api/v1/" + what)).build(),
                BodyHandlers.ofString()).body();
        JsonNode answer = JsonMapper.shared().readTree(body);
        if (!answer.at("/status").asString().equals("success")) {
            throw new AssertionError(what + " was answered " + body);
        }
        return answer;
    }

    private static String seconds(Instant instant) {
        return String.format(Locale.ROOT, "%.3f", instant.toEpochMilli() / 1e3);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
        try {
            boolean _ = process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
