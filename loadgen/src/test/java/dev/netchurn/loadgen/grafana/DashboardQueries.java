package dev.netchurn.loadgen.grafana;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Sends every query of a dashboard to a Prometheus, as Grafana would, and says which show nothing or no number. */
final class DashboardQueries {

    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

    private final PrometheusServer prometheus;
    private final Instant from;
    private final Instant to;

    DashboardQueries(PrometheusServer prometheus, Instant from, Instant to) {
        this.prometheus = prometheus;
        this.from = from;
        this.to = to;
    }

    /** One sentence per query that does not show what it should; empty when all do. */
    List<String> failures(Dashboard dashboard) throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        for (Dashboard.Query query : dashboard.panelQueries()) {
            failures.addAll(failures(query));
        }
        for (Dashboard.Query query : dashboard.annotationQueries()) {
            failures.addAll(failures(query));
        }
        for (Dashboard.Query query : dashboard.variableQueries()) {
            Matcher parts = LABEL_VALUES.matcher(Dashboard.substituted(query.expression()));
            if (!parts.matches() || prometheus.labelValues(parts.group(2), parts.group(1)).isEmpty()) {
                failures.add(query.where() + " has no value: " + query.expression());
            }
        }
        return failures;
    }

    /** What is wrong with one query: no series, a series without a value, or a value that is no number. */
    List<String> failures(Dashboard.Query query) throws IOException, InterruptedException {
        String expression = Dashboard.substituted(query.expression());
        JsonNode series = prometheus.range(expression, from, to);
        if (series.isEmpty()) {
            return List.of(query.where() + " shows nothing: " + expression);
        }
        List<String> failures = new ArrayList<>();
        for (JsonNode one : series) {
            boolean isFinite = one.at("/values").valueStream()
                    .allMatch(value -> Double.isFinite(Double.parseDouble(number(value.at("/1").asString()))));
            if (one.at("/values").isEmpty() || !isFinite) {
                failures.add(query.where() + " shows what is no number: " + one);
            }
        }
        return failures;
    }

    /** As Prometheus writes infinity, so that Java reads it. */
    private static String number(String text) {
        return text.replace("+Inf", "Infinity").replace("-Inf", "-Infinity");
    }
}
