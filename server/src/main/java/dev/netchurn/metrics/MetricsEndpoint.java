package dev.netchurn.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Prometheus scrapes this: {@code GET /metrics}, and {@code GET /healthz} for whoever waits until it is there; nothing else
 * is answered. Two threads serve it, so a slow scraper delays other scrapers and never the run.
 */
public final class MetricsEndpoint implements AutoCloseable {

    /** Where it listens unless the user says otherwise; other machines do not reach it. */
    public static final InetSocketAddress DEFAULT_ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9464);

    private static final int THREADS = 2;
    private static final int PORTS_TRIED = 100;
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;
    private final PrometheusMeterRegistry registry;
    private final Map<String, JsonPage> pages;

    private MetricsEndpoint(HttpServer server, PrometheusMeterRegistry registry, Map<String, JsonPage> pages) {
        this.pages = Map.copyOf(pages);
        this.server = server;
        this.registry = registry;
        this.threads = Executors.newFixedThreadPool(THREADS, Thread.ofPlatform().daemon(true).name("metrics-", 0).factory());
    }

    /**
     * Listens and serves.
     *
     * @param wanted explicit address; port 0 takes any free one
     * @param nextFreeIfTaken whether to try the following 99 ports when this one is taken; for the default only, because who
     *     asked for a port wants that one
     * @param source asked once per scrape, by a thread of the endpoint; should return what is ready and not compute
     * @throws IOException with a sentence for the user when it cannot listen
     */
    public static MetricsEndpoint open(InetSocketAddress wanted, boolean nextFreeIfTaken, Supplier<MetricsSnapshot> source)
            throws IOException {
        return open(wanted, nextFreeIfTaken, source, Map.of());
    }

    /**
     * As above, with pages of JSON beside the metrics.
     *
     * @param pages by path, such as {@code /watch.json}
     */
    public static MetricsEndpoint open(InetSocketAddress wanted, boolean nextFreeIfTaken, Supplier<MetricsSnapshot> source,
            Map<String, JsonPage> pages) throws IOException {
        HttpServer server = bind(wanted, nextFreeIfTaken);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.throwExceptionOnRegistrationFailure();
        registry.getPrometheusRegistry().register(new SnapshotCollector(source));
        MetricsEndpoint endpoint = new MetricsEndpoint(server, registry, pages);
        server.createContext("/", endpoint::serve);
        server.setExecutor(endpoint.threads);
        server.start();
        return endpoint;
    }

    /** Where a scraper finds the metrics, with the port that was taken in the end. */
    public URI uri() {
        InetSocketAddress bound = server.getAddress();
        String host = bound.getAddress().getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.getPort() + "/metrics");
    }

    private static HttpServer bind(InetSocketAddress wanted, boolean nextFreeIfTaken) throws IOException {
        int tries = nextFreeIfTaken ? PORTS_TRIED : 1;
        for (int i = 0; i < tries && wanted.getPort() + i <= 65535; i++) {
            try {
                return HttpServer.create(new InetSocketAddress(wanted.getAddress(), wanted.getPort() + i), 0);
            } catch (BindException e) {
                if (i == tries - 1 || !String.valueOf(e.getMessage()).contains("in use")) {
                    throw new IOException("cannot serve metrics on " + text(wanted) + ": " + e.getMessage(), e);
                }
            }
        }
        throw new IOException("cannot serve metrics: no port from " + wanted.getPort() + " on is free");
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                answer(exchange, 405, TEXT, "only GET is answered\n");
                return;
            }
            String path = String.valueOf(exchange.getRequestURI().getPath());
            JsonPage page = pages.get(path);
            if (page != null) {
                show(exchange, page);
                return;
            }
            switch (path) {
                case "/metrics" -> scrape(exchange);
                case "/healthz" -> answer(exchange, 200, TEXT, "ok\n");
                default -> answer(exchange, 404, TEXT, "only /metrics and /healthz are answered\n");
            }
        }
    }

    private static void show(HttpExchange exchange, JsonPage page) throws IOException {
        String body;
        try {
            body = page.answer(exchange.getRequestURI().getQuery());
        } catch (IOException e) {
            answer(exchange, 503, TEXT, e.getMessage() + "\n");
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        answer(exchange, 200, JSON, body);
    }

    private void scrape(HttpExchange exchange) throws IOException {
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        String type = accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        String body;
        try {
            body = registry.scrape(type);
        } catch (RuntimeException e) {
            answer(exchange, 500, TEXT, "the metrics could not be collected\n");
            return;
        }
        answer(exchange, 200, type, body);
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        registry.close();
    }
}
