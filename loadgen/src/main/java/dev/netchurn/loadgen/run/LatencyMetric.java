package dev.netchurn.loadgen.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metrics of one latency, such as {@code connect.p99}, {@code response.max} or {@code closeCall.count}. */
final class LatencyMetric {

    static final String FIELDS = "p50 p90 p99 p99.9 p99.99 min mean max count";

    private static final Map<String, Double> QUANTILES =
            Map.of("p50", 0.5, "p90", 0.9, "p99", 0.99, "p99.9", 0.999, "p999", 0.999,
                    "p99.99", 0.9999, "p9999", 0.9999, "max", 1.0);

    private LatencyMetric() {
    }

    static Metric parse(String name, String kind, String field) {
        Double quantile = QUANTILES.get(field);
        if (quantile != null) {
            return new Metric(name, Metric.Unit.NANOSECONDS, result -> atQuantile(name, result.latencyOf(kind), quantile));
        }
        String whyNot = name + " was not observed in this run";
        return switch (field) {
            case "min" -> new Metric(name, Metric.Unit.NANOSECONDS, result -> {
                LatencySummary summary = result.latencyOf(kind);
                return Metric.reading(summary == null ? null : summary.minNs(), whyNot);
            });
            case "mean" -> new Metric(name, Metric.Unit.NANOSECONDS, result -> {
                LatencySummary summary = result.latencyOf(kind);
                return Metric.reading(summary == null ? null : summary.meanNs(), whyNot);
            });
            case "count" -> new Metric(name, Metric.Unit.NUMBER, result -> {
                LatencySummary summary = result.latencyOf(kind);
                return new Metric.Seen(summary == null ? 0 : summary.count());
            });
            default -> throw new IllegalArgumentException(
                    "'" + field + "' in '" + name + "' cannot be asked; of a latency use one of " + FIELDS);
        };
    }

    private static Metric.Reading atQuantile(String name, @Nullable LatencySummary summary, double quantile) {
        if (summary == null) {
            return new Metric.Unseen(name + " was not observed in this run");
        }
        Long valueNs = summary.at(quantile);
        if (valueNs != null) {
            return new Metric.Seen(valueNs);
        }
        if (summary.isInfinite(quantile)) {
            return new Metric.Infinite(name + " is beyond every timeout: " + (summary.ranked() - summary.count()) + " of "
                    + summary.ranked() + " arrivals never got there");
        }
        return new Metric.Unseen(name + " needs more connections: fewer than " + LatencySummary.LEAST_ABOVE + " of the "
                + summary.ranked() + " lie above it");
    }
}
