package dev.netchurn.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.LinkedHashMap;
import java.util.Collections;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape shows, at one instant. Counts, CPU times and histograms are cumulative since the start. Label values come
 * from closed sets, never from the text of an exception. What is absent from a map, or null, has no series.
 *
 * <p>Immutable; the histograms are copies that nobody writes to any more.
 *
 * @param connections ended arrivals by outcome
 * @param closes ended connections by how they ended
 * @param latencies cumulative, in nanoseconds
 * @param inFlight begun and not ended
 * @param offeredRatePerSecond what the schedule asks for now; null in closed loop
 * @param tcpSockets by side ({@code client}, {@code server}), then by state
 * @param tcpEvents by side (also {@code shared} where both sides have one namespace), then by the kernel's name
 * @param listenQueueLength by side
 * @param listenQueueLimit by side
 * @param workerCpuSeconds by side
 * @param runInfo labels of the run, in the order in which they are to be shown
 * @param phase {@code warmup}, {@code measure} or {@code drain}; null before and after
 * @param valid checks of validity by name, and whether each holds
 */
public record MetricsSnapshot(
        Map<String, Long> connections,
        Map<String, Long> closes,
        Map<LatencyMeter, Histogram> latencies,
        long inFlight,
        @Nullable Double offeredRatePerSecond,
        Map<String, Map<String, Long>> tcpSockets,
        Map<String, Map<String, Long>> tcpEvents,
        Map<String, Long> listenQueueLength,
        Map<String, Long> listenQueueLimit,
        Map<String, Double> workerCpuSeconds,
        SequencedMap<String, String> runInfo,
        @Nullable String phase,
        Map<String, Boolean> valid) {

    /** Nothing yet: a scrape before the first interval. */
    public static final MetricsSnapshot EMPTY = builder().build();

    public MetricsSnapshot {
        connections = Map.copyOf(connections);
        closes = Map.copyOf(closes);
        latencies = Map.copyOf(latencies);
        tcpSockets = copyOfBoth(tcpSockets);
        tcpEvents = copyOfBoth(tcpEvents);
        listenQueueLength = Map.copyOf(listenQueueLength);
        listenQueueLimit = Map.copyOf(listenQueueLimit);
        workerCpuSeconds = Map.copyOf(workerCpuSeconds);
        runInfo = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(runInfo));
        valid = Map.copyOf(valid);
    }

    private static Map<String, Map<String, Long>> copyOfBoth(Map<String, Map<String, Long>> bySide) {
        Map<String, Map<String, Long>> copy = new HashMap<>();
        bySide.forEach((side, counts) -> copy.put(side, Map.copyOf(counts)));
        return Map.copyOf(copy);
    }

    /** Begins a snapshot in which everything is absent. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a snapshot. Owned by one thread. */
    public static final class Builder {

        private final Map<String, Long> connections = new HashMap<>();
        private final Map<String, Long> closes = new HashMap<>();
        private final Map<LatencyMeter, Histogram> latencies = new HashMap<>();
        private long inFlight;
        private @Nullable Double offeredRatePerSecond;
        private final Map<String, Map<String, Long>> tcpSockets = new HashMap<>();
        private final Map<String, Map<String, Long>> tcpEvents = new HashMap<>();
        private final Map<String, Long> listenQueueLength = new HashMap<>();
        private final Map<String, Long> listenQueueLimit = new HashMap<>();
        private final Map<String, Double> workerCpuSeconds = new HashMap<>();
        private final SequencedMap<String, String> runInfo = new LinkedHashMap<>();
        private @Nullable String phase;
        private final Map<String, Boolean> valid = new HashMap<>();

        private Builder() {
        }

        public Builder connections(String outcome, long count) {
            connections.put(outcome, count);
            return this;
        }

        public Builder closes(String outcome, long count) {
            closes.put(outcome, count);
            return this;
        }

        /** A cumulative histogram in nanoseconds that is not written to any more. */
        public Builder latency(LatencyMeter meter, Histogram cumulativeNs) {
            latencies.put(meter, cumulativeNs);
            return this;
        }

        public Builder inFlight(long count) {
            inFlight = count;
            return this;
        }

        public Builder offeredRatePerSecond(@Nullable Double rate) {
            offeredRatePerSecond = rate;
            return this;
        }

        public Builder tcpSockets(String side, Map<String, Long> byState) {
            tcpSockets.put(side, byState);
            return this;
        }

        public Builder tcpEvents(String side, Map<String, Long> byName) {
            tcpEvents.put(side, byName);
            return this;
        }

        public Builder listenQueue(String side, long length, long limit) {
            listenQueueLength.put(side, length);
            listenQueueLimit.put(side, limit);
            return this;
        }

        public Builder workerCpuNs(String side, long cpuNs) {
            workerCpuSeconds.put(side, cpuNs / 1e9);
            return this;
        }

        public Builder runInfo(String label, String value) {
            runInfo.put(label, value);
            return this;
        }

        public Builder phase(@Nullable String phaseNow) {
            phase = phaseNow;
            return this;
        }

        public Builder valid(String reason, boolean holds) {
            valid.put(reason, holds);
            return this;
        }

        public MetricsSnapshot build() {
            return new MetricsSnapshot(connections, closes, latencies, inFlight, offeredRatePerSecond, tcpSockets, tcpEvents,
                    listenQueueLength, listenQueueLimit, workerCpuSeconds, runInfo, phase, valid);
        }
    }
}
