package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.LatencySummary;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * One latency by percentile, as HdrHistogram plots it: x is 1 / (1 - quantile), so that each nine takes as much room.
 *
 * @param kind the latency's name
 * @param points x and nanoseconds in turn, both growing; arrivals without a value rank behind the last
 * @param firmUpTo x above which fewer than ten arrivals lie, so that chance draws the curve
 */
record Spectrum(String kind, List<Number> points, double firmUpTo) {

    private static final int STEPS_PER_HALVING = 5;

    static Spectrum of(String kind, LatencySummary summary) {
        Histogram histogram = summary.decode();
        double ranked = Math.max(1, summary.ranked());
        List<Number> points = new ArrayList<>();
        double last = 0;
        for (HistogramIterationValue step : histogram.percentiles(STEPS_PER_HALVING)) {
            double above = 1 - step.getTotalCountToThisValue() / ranked;
            double x = Math.min(ranked, 1 / Math.max(above, 1 / ranked));
            if (x > last) {
                points.add(Math.rint(x * 1e4) / 1e4);
                points.add(step.getValueIteratedTo());
                last = x;
            }
        }
        return new Spectrum(kind, points, ranked / LatencySummary.LEAST_ABOVE);
    }
}
