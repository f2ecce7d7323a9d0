package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.CounterTone;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.RunInterval;
import dev.netchurn.loadgen.run.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the charts of report.html draw, column by column of one time axis; written into the page as JSON. Immutable.
 *
 * @param beginS begin of each column in seconds since the load began
 * @param endS its end
 * @param phases of each column
 * @param intervalsPerColumn how many intervals of the run one column holds
 * @param offered connections per second asked for; null in closed loop
 * @param rate handshakes per second
 * @param failed per second, those that were shed included
 * @param inFlight highest number
 * @param queue longest accept queue; null when not observed
 * @param queueLimit how many may wait; null when not observed
 * @param census sockets by side and state at the end of each column
 * @param censusAgeNs how long ago the socket table had been walked at the end of each column, by side; a side that was walked
 *     for each is absent
 * @param predicted sockets that should be in TIME_WAIT at the end of each column, by side; a side that expects none is absent
 * @param counters those worth a lane, the loud ones first
 * @param latency by name, from the latency log; empty without one
 * @param spectra by percentile, over the measurement
 */
record ChartModel(
        List<Double> beginS,
        List<Double> endS,
        List<String> phases,
        int intervalsPerColumn,
        @Nullable List<@Nullable Double> offered,
        List<Double> rate,
        List<Double> failed,
        List<@Nullable Long> inFlight,
        @Nullable List<@Nullable Long> queue,
        @Nullable Long queueLimit,
        Map<String, Map<TcpState, List<@Nullable Long>>> census,
        Map<String, List<@Nullable Long>> censusAgeNs,
        Map<String, List<@Nullable Long>> predicted,
        List<Lane> counters,
        Map<String, LatencyColumns.Kind> latency,
        List<Spectrum> spectra) {

    private static final int MOST_LANES = 14;

    /**
     * A kernel counter over time.
     *
     * @param tone how much attention it deserves
     * @param moved by how much in each column
     */
    record Lane(String name, String side, CounterTone tone, long[] moved) {
    }

    static ChartModel of(RunResult result, TimeColumns columns, LatencyColumns latencies) {
        List<@Nullable Double> offered = columns.highest(RunInterval::offeredPerSecond);
        List<@Nullable Long> queue = columns.highest(RunInterval::listenQueue);
        return new ChartModel(
                seconds(columns, true), seconds(columns, false),
                IntStream.range(0, columns.size()).mapToObj(columns::phase).map(Phase::text).toList(),
                columns.intervalsPerColumn(),
                isEmpty(offered) ? null : offered,
                columns.perSecond(RunInterval::established),
                columns.perSecond(interval -> interval.failed() + interval.shed()),
                columns.highest(RunInterval::inFlightMax),
                isEmpty(queue) ? null : queue,
                result.listenQueue() == null ? null : result.listenQueue().limit(),
                census(columns), bySide(columns::censusAgeNs), bySide(columns::predictedTimeWait), lanes(columns),
                ordered(latencies.kinds()), spectra(result));
    }

    private static List<Double> seconds(TimeColumns columns, boolean begin) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> Math.rint((begin ? columns.beginNs(i) : columns.endNs(i)) / 1e6) / 1e3).toList();
    }

    private static boolean isEmpty(List<?> values) {
        return values.stream().allMatch(value -> value == null);
    }

    private static Map<String, List<@Nullable Long>> bySide(Function<String, List<@Nullable Long>> ofSide) {
        Map<String, List<@Nullable Long>> bySide = new LinkedHashMap<>();
        for (String side : List.of("client", "server")) {
            List<@Nullable Long> values = ofSide.apply(side);
            if (values.stream().anyMatch(value -> value != null && value > 0)) {
                bySide.put(side, values);
            }
        }
        return bySide;
    }

    private static Map<String, Map<TcpState, List<@Nullable Long>>> census(TimeColumns columns) {
        Map<String, Map<TcpState, List<@Nullable Long>>> bySide = new LinkedHashMap<>();
        for (String side : List.of("client", "server")) {
            Map<TcpState, List<@Nullable Long>> byState = columns.census(side);
            if (!byState.isEmpty()) {
                bySide.put(side, byState);
            }
        }
        return bySide;
    }

    /** Counters that move in every run say nothing over time that the rate does not say. */
    private static List<Lane> lanes(TimeColumns columns) {
        List<Lane> lanes = new ArrayList<>();
        columns.counters().forEach((side, moved) -> moved.forEach((name, values) -> {
            if (CounterTone.of(name) != CounterTone.ORDINARY && CounterMeaning.of(name).isPresent()) {
                lanes.add(new Lane(name, side, CounterTone.of(name), values));
            }
        }));
        lanes.sort(Comparator.comparing(Lane::tone).thenComparing(Lane::name));
        return lanes.subList(0, Math.min(MOST_LANES, lanes.size()));
    }

    private static Map<String, LatencyColumns.Kind> ordered(Map<String, LatencyColumns.Kind> kinds) {
        Map<String, LatencyColumns.Kind> ordered = new LinkedHashMap<>();
        for (LatencyKind kind : LatencyKind.values()) {
            LatencyColumns.Kind columns = kinds.get(kind.text());
            if (columns != null) {
                ordered.put(kind.text(), columns);
            }
        }
        return ordered;
    }

    private static List<Spectrum> spectra(RunResult result) {
        List<Spectrum> spectra = new ArrayList<>();
        for (LatencyKind kind : LatencyKind.values()) {
            LatencySummary summary = result.latency().get(kind.text());
            if (summary != null && summary.count() > 0) {
                spectra.add(Spectrum.of(kind.text(), summary));
            }
        }
        return spectra;
    }
}
