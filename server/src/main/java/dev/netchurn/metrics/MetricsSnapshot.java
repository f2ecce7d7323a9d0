package dev.netchurn.metrics;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape shows, at one instant. Counts, CPU times and histograms are cumulative since the start. Label values come
 * from closed sets, never from the text of an exception. What is absent has no series.
 *
 * <p>Immutable; the histograms are copies that nobody writes to any more.
 *
 * @param values of every meter that is no histogram: by its labels, the value
 * @param latencies cumulative, in nanoseconds
 */
public record MetricsSnapshot(
        Map<MeterName, Map<Map<String, String>, Double>> values, Map<LatencyMeter, Histogram> latencies) {

    /** Nothing yet: a scrape before the first interval of a run. */
    public static final MetricsSnapshot EMPTY = builder().inFlight(0).phase(null).build();

    public MetricsSnapshot {
        Map<MeterName, Map<Map<String, String>, Double>> copy = new EnumMap<>(MeterName.class);
        values.forEach((meter, series) -> copy.put(meter, Map.copyOf(series)));
        values = Collections.unmodifiableMap(copy);
        latencies = Map.copyOf(latencies);
    }

    /** The series of a meter by their labels; empty when it has none. */
    public Map<Map<String, String>, Double> of(MeterName meter) {
        return values.getOrDefault(meter, Map.of());
    }

    /** Begins a snapshot in which everything is absent. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins a snapshot with all that this one has; what is added replaces a series of the same labels. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        values.forEach((meter, series) -> series.forEach((labels, value) -> builder.put(meter, labels, value)));
        builder.latencies.putAll(latencies);
        return builder;
    }

    /** Collects the parts of a snapshot. Owned by one thread. */
    public static final class Builder {

        private static final String SIDE = "side";
        private static final String OUTCOME = "outcome";
        private static final List<String> PHASES = List.of("warmup", "measure", "drain");

        private final Map<MeterName, Map<Map<String, String>, Double>> values = new EnumMap<>(MeterName.class);
        private final Map<LatencyMeter, Histogram> latencies = new EnumMap<>(LatencyMeter.class);
        private final Map<String, String> info = new HashMap<>();

        private Builder() {
        }

        /** Ended arrivals by outcome. */
        public Builder connections(String outcome, long count) {
            return put(MeterName.CONNECTIONS, Map.of(OUTCOME, outcome), count);
        }

        /** Ended connections by how they ended. */
        public Builder closes(String outcome, long count) {
            return put(MeterName.CLOSES, Map.of(OUTCOME, outcome), count);
        }

        /** A cumulative histogram in nanoseconds that is not written to any more. */
        public Builder latency(LatencyMeter meter, Histogram cumulativeNs) {
            latencies.put(meter, cumulativeNs);
            return this;
        }

        /**
         * An exact percentile.
         *
         * @param latency its name in results, such as {@code connect}
         * @param percentile such as {@code 99.9}
         */
        public Builder percentile(String latency, String percentile, long valueNs) {
            return put(MeterName.LATENCY_PERCENTILE, Map.of("latency", latency, "percentile", percentile), valueNs / 1e9);
        }

        /** Begun and not ended. */
        public Builder inFlight(long count) {
            return put(MeterName.IN_FLIGHT, Map.of(), count);
        }

        /** What the schedule asks for now; null in closed loop. */
        public Builder offeredRatePerSecond(@Nullable Double rate) {
            return rate == null ? this : put(MeterName.OFFERED_RATE, Map.of(), rate);
        }

        /** Sockets of a side ({@code client}, {@code server}) by state. */
        public Builder tcpSockets(String side, Map<String, Long> byState) {
            byState.forEach((state, count) -> put(MeterName.TCP_SOCKETS, Map.of(SIDE, side, "state", state), count));
            return this;
        }

        /** How many sockets of a side should be in TIME_WAIT by arithmetic. */
        public Builder predictedTimeWait(String side, long count) {
            put(MeterName.PREDICTED_TIME_WAIT, Map.of(SIDE, side), count);
            return this;
        }

        /** The kernel's counters of a side, or {@code shared} where both sides have one namespace, by the kernel's name. */
        public Builder tcpEvents(String side, Map<String, Long> byName) {
            byName.forEach((name, count) -> put(MeterName.TCP_EVENTS, Map.of(SIDE, side, "name", name), count));
            return this;
        }

        /** The accept queues of a side, added up. */
        public Builder listenQueue(String side, long length, long limit, long drops) {
            Map<String, String> labels = Map.of(SIDE, side);
            return put(MeterName.LISTEN_QUEUE_LENGTH, labels, length)
                    .put(MeterName.LISTEN_QUEUE_LIMIT, labels, limit)
                    .put(MeterName.LISTEN_DROPS, labels, drops);
        }

        /** A gauge or counter that has no label but {@code side}. */
        public Builder side(MeterName meter, String side, double value) {
            return put(meter, Map.of(SIDE, side), value);
        }

        /** CPU time that the worker of a side was charged. */
        public Builder workerCpuNs(String side, long cpuNs) {
            return put(MeterName.WORKER_CPU, Map.of(SIDE, side), cpuNs / 1e9);
        }

        /** A label of what runs. */
        public Builder runInfo(String label, String value) {
            info.put(label, value);
            return this;
        }

        /** {@code warmup}, {@code measure} or {@code drain}; null before and after. */
        public Builder phase(@Nullable String now) {
            PHASES.forEach(phase -> put(MeterName.RUN_PHASE, Map.of("phase", phase), phase.equals(now) ? 1 : 0));
            return this;
        }

        /** Whether a check of validity holds. */
        public Builder valid(String reason, boolean holds) {
            return put(MeterName.RUN_VALID, Map.of("reason", reason), holds ? 1 : 0);
        }

        /** Any series; one with the same labels is replaced. */
        public Builder put(MeterName meter, Map<String, String> labels, double value) {
            values.computeIfAbsent(meter, _ -> new HashMap<>()).put(Map.copyOf(labels), value);
            return this;
        }

        public MetricsSnapshot build() {
            if (!info.isEmpty()) {
                values.put(MeterName.RUN_INFO, new HashMap<>(Map.of(Map.copyOf(info), 1.0)));
            }
            return new MetricsSnapshot(values, latencies);
        }
    }
}
