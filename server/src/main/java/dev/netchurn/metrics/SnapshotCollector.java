package dev.netchurn.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Shows one {@link MetricsSnapshot} to Prometheus: a scrape sees every meter at the same instant, and the kernel is not asked
 * anything for it. Called by the endpoint's threads; keeps no state.
 */
final class SnapshotCollector implements MultiCollector {

    private final Supplier<MetricsSnapshot> source;

    SnapshotCollector(Supplier<MetricsSnapshot> source) {
        this.source = source;
    }

    @Override
    public MetricSnapshots collect() {
        MetricsSnapshot now = source.get();
        List<MetricSnapshot> families = new ArrayList<>();
        for (MeterName meter : MeterName.values()) {
            families.add(LatencyMeter.isHistogram(meter) ? histogram(meter, now.latencies()) : family(meter, now.of(meter)));
        }
        return new MetricSnapshots(families.stream().filter(family -> !family.getDataPoints().isEmpty()).toList());
    }

    private static MetricSnapshot family(MeterName meter, Map<Map<String, String>, Double> series) {
        String name = meter.metadata().getName();
        if (meter.isInfo()) {
            InfoSnapshot.Builder family = InfoSnapshot.builder().name(name).help(meter.help());
            series.forEach((labels, _) -> family.dataPoint(InfoDataPointSnapshot.builder().labels(labels(labels)).build()));
            return family.build();
        }
        if (meter.isCounter()) {
            CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(meter.help());
            series.forEach((labels, value) -> family
                    .dataPoint(CounterDataPointSnapshot.builder().labels(labels(labels)).value(value).build()));
            return family.build();
        }
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(meter.help());
        series.forEach((labels, value) -> family
                .dataPoint(GaugeDataPointSnapshot.builder().labels(labels(labels)).value(value).build()));
        return family.build();
    }

    private static HistogramSnapshot histogram(MeterName meter, Map<LatencyMeter, Histogram> latencies) {
        HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(meter.metadata().getName()).help(meter.help());
        for (LatencyMeter latency : LatencyMeter.values()) {
            Histogram cumulativeNs = latencies.get(latency);
            if (latency.meter() == meter && cumulativeNs != null) {
                family.dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(LatencyBuckets.of(cumulativeNs, LatencyBuckets.bounds(meter)))
                        .sum(LatencyBuckets.sumSeconds(cumulativeNs))
                        .labels(labels(latency.labels())).build());
            }
        }
        return family.build();
    }

    private static Labels labels(Map<String, String> labels) {
        Labels.Builder builder = Labels.builder();
        labels.forEach(builder::label);
        return builder.build();
    }
}
