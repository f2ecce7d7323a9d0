package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.run.RunInterval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The intervals of a run as columns of one time axis. A run of more than {@value #MOST} intervals has as many neighbours in one
 * column as it takes: counts are added up, of levels the last or the highest stays, so that nothing high is lost. Immutable.
 */
final class TimeColumns {

    /** More columns than this are narrower than a screen can show. */
    static final int MOST = 720;

    private final List<List<RunInterval>> columns = new ArrayList<>();
    private final int intervalsPerColumn;

    TimeColumns(List<RunInterval> intervals) {
        intervalsPerColumn = Math.max(1, (intervals.size() + MOST - 1) / MOST);
        for (RunInterval interval : intervals) {
            if (columns.isEmpty() || columns.getLast().size() == intervalsPerColumn
                    || columns.getLast().getFirst().phase() != interval.phase()) {
                columns.add(new ArrayList<>());
            }
            columns.getLast().add(interval);
        }
    }

    int size() {
        return columns.size();
    }

    int intervalsPerColumn() {
        return intervalsPerColumn;
    }

    long beginNs(int column) {
        return columns.get(column).getFirst().startNs();
    }

    long endNs(int column) {
        RunInterval last = columns.get(column).getLast();
        return last.startNs() + last.durationNs();
    }

    Phase phase(int column) {
        return columns.get(column).getFirst().phase();
    }

    /** The column that an instant falls into; the first or the last for one outside. 0 when there is no column. */
    int at(long ns) {
        int column = 0;
        while (column < columns.size() - 1 && endNs(column) <= ns) {
            column++;
        }
        return column;
    }

    /** Per second: counts of a column over its duration. */
    List<Double> perSecond(ToLongFunction<RunInterval> count) {
        return columns.stream().map(column -> sum(column, count) / (seconds(column))).map(TimeColumns::rounded).toList();
    }

    List<Long> sums(ToLongFunction<RunInterval> count) {
        return columns.stream().map(column -> Math.round(sum(column, count))).toList();
    }

    /** The highest of each column; null where no interval has a value. */
    <T extends Comparable<T>> List<@Nullable T> highest(Function<RunInterval, @Nullable T> level) {
        List<@Nullable T> values = new ArrayList<>();
        for (List<RunInterval> column : columns) {
            values.add(column.stream().map(level).filter(Objects::nonNull).max(Comparable::compareTo).orElse(null));
        }
        return values;
    }

    /** Sockets at the end of each column, by state; states that never had one are left out. */
    Map<TcpState, List<@Nullable Long>> census(String side) {
        Map<TcpState, List<@Nullable Long>> byState = new TreeMap<>();
        for (TcpState state : TcpState.values()) {
            List<@Nullable Long> counts = new ArrayList<>();
            for (List<RunInterval> column : columns) {
                Map<TcpState, Long> sockets = column.getLast().census().get(side);
                counts.add(sockets == null ? null : sockets.getOrDefault(state, 0L));
            }
            if (state != TcpState.LISTEN && counts.stream().anyMatch(count -> count != null && count > 0)) {
                byState.put(state, counts);
            }
        }
        return byState;
    }

    /** How long ago the socket table had been walked, at the end of each column; null where it never was. */
    List<@Nullable Long> censusAgeNs(String side) {
        List<@Nullable Long> ages = new ArrayList<>();
        columns.forEach(column -> ages.add(column.getLast().censusAgeNs().get(side)));
        return ages;
    }

    /** Sockets of a side that should be in TIME_WAIT at the end of each column; null where nothing was predicted. */
    List<@Nullable Long> predictedTimeWait(String side) {
        List<@Nullable Long> counts = new ArrayList<>();
        columns.forEach(column -> counts.add(column.getLast().predictedTimeWait().get(side)));
        return counts;
    }

    /** How far each counter moved in each column: by side, then by name. */
    Map<String, Map<String, long[]>> counters() {
        Map<String, Map<String, long[]>> bySide = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            for (RunInterval interval : columns.get(i)) {
                int column = i;
                interval.counters().forEach((side, moved) -> moved.forEach((name, by) -> bySide
                        .computeIfAbsent(side, _ -> new TreeMap<>())
                        .computeIfAbsent(name, _ -> new long[columns.size()])[column] += by));
            }
        }
        return bySide;
    }

    private static double sum(List<RunInterval> column, ToLongFunction<RunInterval> count) {
        return column.stream().mapToLong(count).sum();
    }

    private static double seconds(List<RunInterval> column) {
        return Math.max(1, column.stream().mapToLong(RunInterval::durationNs).sum()) / 1e9;
    }

    /** Four digits are more than a picture shows. */
    private static double rounded(double value) {
        return value >= 1_000 ? Math.rint(value) : Math.rint(value * 1_000) / 1_000;
    }
}
