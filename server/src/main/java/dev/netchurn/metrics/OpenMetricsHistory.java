package dev.netchurn.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Snapshots of the past, written as OpenMetrics with a timestamp on each sample: what {@code promtool tsdb create-blocks-from
 * openmetrics} loads into a Prometheus that was not there. Families are not interleaved and every series is in order of time,
 * as that format wants it (OpenMetrics 1.0, "Overall Structure").
 *
 * <p>Keeps 16 bytes per sample. Owned by one thread.
 */
public final class OpenMetricsHistory {

    /** By family, then by the text of the series: its samples. */
    private final Map<MeterName, Map<String, Samples>> families = new EnumMap<>(MeterName.class);

    /**
     * Adds what a scrape would have shown at an instant. Histograms are read now, so they may be written to afterwards.
     *
     * @param at later than every instant that was added with the same target
     * @param target labels that a scrape would have added: {@code job} and {@code instance}
     */
    public void add(Instant at, Map<String, String> target, MetricsSnapshot snapshot) {
        long atMillisSinceEpoch = at.toEpochMilli();
        snapshot.values().forEach((meter, series) -> series
                .forEach((labels, value) -> sample(meter, meter.text(), target, labels, atMillisSinceEpoch, value)));
        snapshot.latencies().forEach((latency, cumulativeNs) -> {
            String name = latency.meter().text();
            double upTo = 0;
            for (ClassicHistogramBucket bucket : LatencyBuckets.of(cumulativeNs, LatencyBuckets.bounds(latency.meter()))) {
                upTo += bucket.getCount();
                Map<String, String> labels = new TreeMap<>(latency.labels());
                labels.put("le", bound(bucket.getUpperBound()));
                sample(latency.meter(), name + "_bucket", target, labels, atMillisSinceEpoch, upTo);
            }
            sample(latency.meter(), name + "_count", target, latency.labels(), atMillisSinceEpoch, upTo);
            sample(latency.meter(), name + "_sum", target, latency.labels(), atMillisSinceEpoch,
                    LatencyBuckets.sumSeconds(cumulativeNs));
        });
    }

    /** Writes everything that was added, up to and with the line that ends an exposition. */
    public void write(Appendable out) throws IOException {
        for (Map.Entry<MeterName, Map<String, Samples>> family : families.entrySet()) {
            MeterName meter = family.getKey();
            String name = meter.metadata().getName();
            out.append("# TYPE ").append(name).append(' ').append(type(meter)).append('\n');
            out.append("# HELP ").append(name).append(' ').append(escaped(meter.help())).append('\n');
            for (Map.Entry<String, Samples> series : family.getValue().entrySet()) {
                series.getValue().write(series.getKey(), out);
            }
        }
        out.append("# EOF\n");
    }

    private void sample(MeterName meter, String name, Map<String, String> target, Map<String, String> labels,
            long atMillisSinceEpoch, double value) {
        families.computeIfAbsent(meter, _ -> new LinkedHashMap<>())
                .computeIfAbsent(series(name, target, labels), _ -> new Samples()).add(atMillisSinceEpoch, value);
    }

    private static String series(String name, Map<String, String> target, Map<String, String> labels) {
        Map<String, String> all = new TreeMap<>(target);
        all.putAll(labels);
        StringBuilder text = new StringBuilder(name).append('{');
        all.forEach((label, value) -> text.append(text.charAt(text.length() - 1) == '{' ? "" : ",")
                .append(label).append("=\"").append(escaped(value)).append('"'));
        return text.append('}').toString();
    }

    private static String type(MeterName meter) {
        if (LatencyMeter.isHistogram(meter)) {
            return "histogram";
        }
        return meter.isCounter() ? "counter" : meter.isInfo() ? "info" : "gauge";
    }

    /** As a scrape spells it, so that both are one series. */
    private static String bound(double seconds) {
        return seconds == Double.POSITIVE_INFINITY ? "+Inf" : Double.toString(seconds);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** The samples of one series, oldest first. */
    private static final class Samples {

        private long[] atMillisSinceEpoch = new long[16];
        private double[] values = new double[16];
        private int size;

        void add(long at, double value) {
            if (size > 0 && at <= atMillisSinceEpoch[size - 1]) {
                throw new IllegalArgumentException("samples of one series come in order of time");
            }
            if (size == values.length) {
                atMillisSinceEpoch = Arrays.copyOf(atMillisSinceEpoch, 2 * size);
                values = Arrays.copyOf(values, 2 * size);
            }
            atMillisSinceEpoch[size] = at;
            values[size++] = value;
        }

        void write(String series, Appendable out) throws IOException {
            for (int i = 0; i < size; i++) {
                out.append(series).append(' ').append(Double.toString(values[i])).append(' ')
                        .append(String.format(Locale.ROOT, "%d.%03d", atMillisSinceEpoch[i] / 1000,
                                atMillisSinceEpoch[i] % 1000))
                        .append('\n');
            }
        }
    }
}
