package dev.netchurn.loadgen.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.netchurn.loadgen.cli.Netchurn;
import dev.netchurn.metrics.Promtool;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.PlainSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The dashboards and rules as they are shipped, asked of a real Prometheus that scrapes, with the prometheus.yml as it is
 * shipped, a real run and a real watch of a port where CLOSE_WAIT grows. A private namespace leaves every port to its default.
 */
@Timeout(250)
@InPrivateNamespace(timeoutSeconds = 240)
class DashboardQueriesIT {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int LEAKING_PORT = 7000;
    private static final int RATE = 400;
    private static final Duration WARMUP = Duration.ofSeconds(2);
    private static final Pattern METRIC = Pattern.compile("\\bnetchurn_\\w+");
    private static final Pattern SELECTOR = Pattern.compile("\\b(\\w+:)?netchurn_[\\w:]+(\\{[^}]*})?");

    @TempDir
    Path folder;

    @Test
    void everyQueryOfEveryDashboardAndRuleShowsNumbersAndTheMainOnesAreThoseOfTheResult() throws Exception {
        Path watchFolder = Files.createDirectory(folder.resolve("watch"));
        Netchurn.Ended run;
        try (PrometheusServer prometheus = PrometheusServer.start(Dashboard.folder().resolve("prometheus.yml"), folder);
                PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, LEAKING_PORT, 128);
            Process watch = new Netchurn(watchFolder).start(List.of("watch", "--port", String.valueOf(LEAKING_PORT),
                    "--metrics", "127.0.0.1:9465", "--json", watchFolder.resolve("watch.json").toString()));
            Instant from = Instant.now();
            try {
                awaitScraped(prometheus, "netchurn_port_sockets");
                run = run(sockets);
            } finally {
                watch.destroy();
            }
            Instant to = Instant.now();
            Instant lastScrape = to.minusSeconds(2);

            DashboardQueries queries = new DashboardQueries(prometheus, from, to);
            for (Dashboard dashboard : Dashboard.all()) {
                assertThat(queries.failures(dashboard)).as(dashboard.file()).isEmpty();
            }
            aRenamedMetricIsFound(queries);
            rulesAreEvaluated(prometheus, queries, lastScrape);
            mainNumbersAreThoseOfTheResult(prometheus, run.result(), lastScrape);
            leakIsSeen(prometheus, lastScrape);
        }
        anotherPrometheusIsToldOfTheRunAfterwards(run.result());
    }

    /** As on another machine: from the result folder alone, at one second resolution. */
    private void anotherPrometheusIsToldOfTheRunAfterwards(JsonNode result) throws Exception {
        Path there = Files.createDirectory(folder.resolve("there"));
        Path file = there.resolve("run.om");
        Netchurn.Ended report = new Netchurn(there).await(new Netchurn(there).start(
                List.of("report", "--quiet", "--openmetrics", file.toString(), folder.resolve("out").toString())));
        assertThat(report.exitCode()).as(report.errors()).isZero();
        assertThat(report.output()).isEmpty();
        Promtool.run("", List.of("tsdb", "create-blocks-from", "openmetrics", file.toString(),
                there.resolve("data").toString()));
        try (PrometheusServer prometheus = PrometheusServer.start(Dashboard.folder().resolve("prometheus.yml"), there)) {
            Instant now = Instant.now();
            String run = "job=\"netchurn\",instance=\"" + result.at("/id").asString() + "\"";
            long intervals = result.at("/intervals").size();
            assertThat(intervals).isGreaterThanOrEqualTo(9);
            assertThat(prometheus.value("count_over_time(netchurn_connections_in_flight{" + run + "}[5m])", now))
                    .as("one sample per interval, one before and one after").isEqualTo(intervals + 2);
            assertThat(prometheus.value("last_over_time(netchurn_connections_total{" + run + ",outcome=\"established\"}[5m])",
                    now))
                    .isEqualTo(result.at("/books/ledger").asLong());
            assertThat(prometheus.value("last_over_time(netchurn_closes_total{" + run + ",outcome=\"closed\"}[5m])", now))
                    .isEqualTo(result.at("/books/ledger").asLong());
            assertThat(prometheus.value("last_over_time(netchurn_connect_duration_seconds_bucket{" + run + ",le=\"+Inf\"}[5m])",
                    now)).isEqualTo(result.at("/books/ledger").asLong());
            assertThat(prometheus.value("last_over_time(netchurn_tcp_sockets{" + run
                    + ",side=\"client\",state=\"TIME_WAIT\"}[5m])", now))
                    .isEqualTo(result.at("/census/client/TIME_WAIT/final").asLong());
            assertThat(prometheus.value("last_over_time(netchurn_tcp_events_total{" + run
                    + ",side=\"client\",name=\"TcpActiveOpens\"}[5m])", now))
                    .isEqualTo(result.at("/books/activeOpens").asLong());
            assertThat(
                    prometheus.value("histogram_quantile(0.5, sum by (le) (increase(netchurn_connect_duration_seconds_bucket{"
                            + run + "}[5m])))", now))
                    .isPositive().isLessThan(1);
        }
    }

    /** A run, while connections to the leaking port are made and closed by their clients only. */
    private Netchurn.Ended run(PlainSockets sockets) throws IOException, InterruptedException {
        Netchurn netchurn = new Netchurn(folder);
        Process process = netchurn.start(List.of("run", "--no-tui", "--rate", String.valueOf(RATE), "--warmup", "2s",
                "--duration", "8s", "--metrics-linger", "4s", "--json", folder.resolve("result.json").toString(), "--out",
                folder.resolve("out").toString()));
        for (int connection = 0; connection < 60 && process.isAlive(); connection++) {
            sockets.close(sockets.connect(LOOPBACK, LEAKING_PORT));
            Thread.sleep(100);
        }
        Netchurn.Ended ended = netchurn.await(process);
        // A busy machine may spoil the measurement; the dashboards must show that too.
        assertThat(ended.exitCode()).as(ended.errors()).isIn(0, 5);
        assertThat(ended.errors()).contains("metrics at http://127.0.0.1:9464/metrics");
        return ended;
    }

    private static void awaitScraped(PrometheusServer prometheus, String metric) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (prometheus.at(metric, Instant.now()).isEmpty()) {
            assertThat(System.nanoTime()).as(metric + " was never scraped").isLessThan(deadlineNs);
            Thread.sleep(100);
        }
    }

    /** Were a metric renamed and the dashboards not, it would be noticed: for every metric of every dashboard. */
    private static void aRenamedMetricIsFound(DashboardQueries queries) throws Exception {
        for (Dashboard dashboard : Dashboard.all()) {
            Set<String> metrics = new TreeSet<>();
            dashboard.panelQueries().forEach(query -> METRIC.matcher(query.expression()).results()
                    .forEach(found -> metrics.add(found.group())));
            for (String metric : metrics) {
                List<String> failures = new ArrayList<>();
                for (Dashboard.Query query : dashboard.panelQueries()) {
                    if (METRIC.matcher(query.expression()).results().anyMatch(found -> found.group().equals(metric))) {
                        failures.addAll(queries.failures(new Dashboard.Query(query.where(),
                                query.expression().replaceAll("\\b" + metric + "\\b", metric + "_renamed"))));
                    }
                }
                assertThat(failures).as(metric).isNotEmpty();
            }
        }
    }

    /** Recorded series have values; alerts are evaluated without error, and what they look at exists. */
    private static void rulesAreEvaluated(PrometheusServer prometheus, DashboardQueries queries, Instant at) throws Exception {
        int recorded = 0;
        int alerts = 0;
        for (JsonNode rule : prometheus.rules()) {
            String name = rule.at("/name").asString();
            assertThat(rule.at("/health").asString()).as(name).isEqualTo("ok");
            if (rule.at("/type").asString().equals("recording")) {
                recorded++;
                assertThat(queries.failures(new Dashboard.Query("rule " + name, name))).isEmpty();
            } else {
                alerts++;
                for (String selector : SELECTOR.matcher(rule.at("/query").asString()).results().map(found -> found.group())
                        .toList()) {
                    assertThat(prometheus.at(selector, at)).as(name + ": " + selector).isNotEmpty();
                }
            }
        }
        assertThat(recorded).isEqualTo(5);
        assertThat(alerts).isEqualTo(7);
    }

    private static void mainNumbersAreThoseOfTheResult(PrometheusServer prometheus, JsonNode result, Instant at)
            throws Exception {
        long warm = RATE * WARMUP.toSeconds();
        assertThat(prometheus.value("netchurn_connections_total{outcome=\"established\"}", at))
                .isEqualTo(warm + result.at("/ledger/established").asLong());
        assertThat(prometheus.value("netchurn_closes_total{outcome=\"closed\"}", at))
                .isEqualTo(warm + result.at("/ledger/closed").asLong());
        assertThat(prometheus.value("netchurn_connect_duration_seconds_count", at))
                .isEqualTo(warm + result.at("/latency/connect/count").asLong());
        assertThat(prometheus.value("netchurn_tcp_sockets{job=\"netchurn\",side=\"client\",state=\"TIME_WAIT\"}", at))
                .isEqualTo(result.at("/census/client/TIME_WAIT/final").asLong());
        assertThat(prometheus.value("netchurn_listen_queue_limit{job=\"netchurn\"}", at))
                .isEqualTo(result.at("/listenQueue/limit").asLong());
        for (String latency : List.of("connect", "response", "closeCall", "closeHandshake", "wait")) {
            for (String[] percentile : new String[][] {{"50", "p50Ns"}, {"99", "p99Ns"}, {"100", "maxNs"}}) {
                assertThat(prometheus.value("netchurn_latency_percentile_seconds{latency=\"" + latency + "\",percentile=\""
                        + percentile[0] + "\"} * 1e9", at)).as(latency + " " + percentile[1])
                        .isCloseTo(result.at("/latency/" + latency + "/" + percentile[1]).asLong(), within(1.0));
            }
        }
        // How much of it falls into which second is the machine's affair; that all of it is there was said above.
        assertThat(prometheus.value("max_over_time(sum(rate(netchurn_connections_total{outcome=\"established\"}[4s]))[60s:1s])",
                at))
                .isPositive();
        double verdict = prometheus.value("netchurn_run_valid{reason=\"verdict\"} * on () (1 + min(netchurn_run_valid"
                + "{reason!=\"verdict\"}))", at);
        assertThat(verdict).isEqualTo(List.of("INVALID", "DEGRADED", "VALID").indexOf(result.at("/verdict/status").asString()));
    }

    private static void leakIsSeen(PrometheusServer prometheus, Instant at) throws Exception {
        String closeWait = "netchurn_tcp_sockets{job=\"netchurn-watch\",side=\"server\",state=\"CLOSE_WAIT\"}";
        assertThat(prometheus.value(closeWait, at)).isBetween(50.0, 60.0);
        assertThat(prometheus.value("netchurn_port_sockets{port=\"7000\",side=\"server\",state=\"CLOSE_WAIT\"}", at))
                .isEqualTo(prometheus.value(closeWait, at));
        assertThat(prometheus.value("netchurn_unaccepted_sockets{job=\"netchurn-watch\"}", at)).isPositive();
        assertThat(prometheus.value("max_over_time(deriv(" + closeWait + "[5s])[60s:1s])", at)).isPositive();
    }

    @Test
    void promtoolAcceptsEverythingThatIsShippedAndItsTestsPass() throws Exception {
        Path grafana = Dashboard.folder();
        Promtool.run("", List.of("check", "config", grafana.resolve("prometheus.yml").toString()));
        Promtool.run("", List.of("test", "rules", grafana.resolve("rules/tests/netchurn.yml").toString()));
    }
}
