package dev.netchurn.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Shows one {@link MetricsSnapshot} to Prometheus: a scrape sees every meter at the same instant. Called by the endpoint's
 * threads; keeps no state.
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
        families.add(counter(MeterName.CONNECTIONS, "outcome", now.connections()));
        families.add(counter(MeterName.CLOSES, "outcome", now.closes()));
        Arrays.stream(LatencyMeter.values()).map(LatencyMeter::meter).distinct()
                .forEach(meter -> families.add(histogram(meter, now.latencies())));
        families.add(gauge(MeterName.IN_FLIGHT).dataPoint(point(Labels.EMPTY, now.inFlight())).build());
        Double offered = now.offeredRatePerSecond();
        if (offered != null) {
            families.add(gauge(MeterName.OFFERED_RATE).dataPoint(point(Labels.EMPTY, offered)).build());
        }
        addKernel(now, families);
        addRun(now, families);
        return new MetricSnapshots(families.stream().filter(family -> !family.getDataPoints().isEmpty()).toList());
    }

    private static void addKernel(MetricsSnapshot now, List<MetricSnapshot> families) {
        GaugeSnapshot.Builder sockets = gauge(MeterName.TCP_SOCKETS);
        sorted(now.tcpSockets()).forEach((side, states) -> sorted(states)
                .forEach((state, count) -> sockets.dataPoint(point(Labels.of("side", side, "state", state), count))));
        families.add(sockets.build());
        CounterSnapshot.Builder events = counter(MeterName.TCP_EVENTS);
        sorted(now.tcpEvents()).forEach((side, names) -> sorted(names)
                .forEach((name, count) -> events.dataPoint(count(Labels.of("side", side, "name", name), count))));
        families.add(events.build());
        families.add(gauge(MeterName.LISTEN_QUEUE_LENGTH, "side", now.listenQueueLength()));
        families.add(gauge(MeterName.LISTEN_QUEUE_LIMIT, "side", now.listenQueueLimit()));
        families.add(counter(MeterName.WORKER_CPU, "side", now.workerCpuSeconds()));
    }

    private static void addRun(MetricsSnapshot now, List<MetricSnapshot> families) {
        if (!now.runInfo().isEmpty()) {
            Labels labels = Labels.of(now.runInfo().keySet().toArray(String[]::new),
                    now.runInfo().values().toArray(String[]::new));
            families.add(InfoSnapshot.builder().name(MeterName.RUN_INFO.metadata().getName()).help(MeterName.RUN_INFO.help())
                    .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder().labels(labels).build()).build());
        }
        GaugeSnapshot.Builder phases = gauge(MeterName.RUN_PHASE);
        for (String phase : List.of("warmup", "measure", "drain")) {
            phases.dataPoint(point(Labels.of("phase", phase), phase.equals(now.phase()) ? 1 : 0));
        }
        families.add(phases.build());
        GaugeSnapshot.Builder valid = gauge(MeterName.RUN_VALID);
        sorted(now.valid()).forEach((reason, holds) -> valid.dataPoint(point(Labels.of("reason", reason), holds ? 1 : 0)));
        families.add(valid.build());
    }

    private static HistogramSnapshot histogram(MeterName meter, Map<LatencyMeter, Histogram> latencies) {
        HistogramSnapshot.Builder family = HistogramSnapshot.builder().name(meter.metadata().getName()).help(meter.help());
        for (LatencyMeter latency : LatencyMeter.values()) {
            Histogram cumulativeNs = latencies.get(latency);
            if (latency.meter() == meter && cumulativeNs != null) {
                Labels labels = latency.kind().isEmpty() ? Labels.EMPTY : Labels.of("kind", latency.kind());
                family.dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(LatencyBuckets.of(cumulativeNs, LatencyBuckets.bounds(meter)))
                        .sum(LatencyBuckets.sumSeconds(cumulativeNs))
                        .labels(labels).build());
            }
        }
        return family.build();
    }

    private static CounterSnapshot counter(MeterName meter, String label, Map<String, ? extends Number> values) {
        CounterSnapshot.Builder family = counter(meter);
        sorted(values).forEach((value, count) -> family.dataPoint(count(Labels.of(label, value), count.doubleValue())));
        return family.build();
    }

    private static GaugeSnapshot gauge(MeterName meter, String label, Map<String, ? extends Number> values) {
        GaugeSnapshot.Builder family = gauge(meter);
        sorted(values).forEach((value, count) -> family.dataPoint(point(Labels.of(label, value), count.doubleValue())));
        return family.build();
    }

    private static CounterSnapshot.Builder counter(MeterName meter) {
        return CounterSnapshot.builder().name(meter.metadata().getName()).help(meter.help());
    }

    private static GaugeSnapshot.Builder gauge(MeterName meter) {
        return GaugeSnapshot.builder().name(meter.metadata().getName()).help(meter.help());
    }

    private static CounterDataPointSnapshot count(Labels labels, double value) {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        return new TreeMap<>(map);
    }
}
