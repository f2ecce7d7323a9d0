package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.LatencySummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/**
 * One latency over the columns of a time axis: how many values fell into which band of it, and percentiles of those recorded.
 * A band is a {@value #PER_DECADE}th of a decade: band b holds 10^(b/10) to 10^((b+1)/10) ns. Filled by one thread.
 */
final class LatencyColumns {

    static final int PER_DECADE = 10;

    private final TimeColumns columns;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private final Map<String, Pending> pendings = new LinkedHashMap<>();

    LatencyColumns(TimeColumns columns) {
        this.columns = columns;
    }

    /**
     * One latency, column by column.
     *
     * @param bands per column: the lowest band, then how many values fell into it and each one above it; empty for none
     * @param p50Ns null where fewer than ten values lie above it, as are all percentiles
     * @param maxNs null where nothing was recorded
     */
    record Kind(List<long[]> bands, List<@Nullable Long> p50Ns, List<@Nullable Long> p99Ns, List<@Nullable Long> maxNs) {
    }

    /** The column that is being filled. */
    private static final class Pending {
        private int column;
        private @Nullable Histogram histogram;
    }

    /** Adds what an interval recorded; lines of one latency come in the order of time. */
    void add(LatencyLogReader.Line line) {
        Pending pending = pendings.computeIfAbsent(line.kind(), _ -> new Pending());
        int column = columns.at(line.fromNs() + (line.toNs() - line.fromNs()) / 2);
        if (pending.histogram != null && pending.column == column) {
            pending.histogram.add(line.histogram());
            return;
        }
        settle(line.kind(), pending);
        pending.histogram = line.histogram();
        pending.column = column;
    }

    /** All latencies that were added, by name. */
    Map<String, Kind> kinds() {
        pendings.forEach(this::settle);
        pendings.clear();
        return kinds;
    }

    /** Histograms are large: one per latency is held, of the column that is being filled. */
    private void settle(String name, Pending pending) {
        Histogram histogram = pending.histogram;
        if (histogram == null) {
            return;
        }
        Kind kind = kinds.computeIfAbsent(name, _ -> empty());
        kind.bands.set(pending.column, bands(histogram));
        kind.p50Ns.set(pending.column, percentile(histogram, 50));
        kind.p99Ns.set(pending.column, percentile(histogram, 99));
        kind.maxNs.set(pending.column, histogram.getMaxValue());
        pending.histogram = null;
    }

    private static @Nullable Long percentile(Histogram histogram, double percentile) {
        double above = histogram.getTotalCount() * (1 - percentile / 100);
        return above < LatencySummary.LEAST_ABOVE ? null : histogram.getValueAtPercentile(percentile);
    }

    private Kind empty() {
        Kind kind = new Kind(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < columns.size(); i++) {
            kind.bands.add(new long[0]);
            kind.p50Ns.add(null);
            kind.p99Ns.add(null);
            kind.maxNs.add(null);
        }
        return kind;
    }

    static long[] bands(Histogram histogram) {
        int lowest = band(Math.max(1, histogram.getMinValue()));
        long[] bands = new long[band(Math.max(1, histogram.getMaxValue())) - lowest + 2];
        bands[0] = lowest;
        for (HistogramIterationValue step : histogram.recordedValues()) {
            int band = Math.clamp(band(Math.max(1, step.getValueIteratedTo())) - lowest, 0, bands.length - 2);
            bands[1 + band] += step.getCountAddedInThisIterationStep();
        }
        return bands;
    }

    static int band(long ns) {
        return (int) Math.floor(PER_DECADE * Math.log10(ns) + 1e-9);
    }
}
