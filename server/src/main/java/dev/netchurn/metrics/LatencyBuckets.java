package dev.netchurn.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Turns a cumulative HdrHistogram in nanoseconds into the classic buckets of Prometheus in seconds. Each count is exact to
 * the resolution of the histogram, since nothing is recorded a second time.
 *
 * <p>Bounds are steps of 1, 2.5 and 5, and 1, 2, 3, 4, 5 and 7 s: the instants at which Linux repeats a SYN, so a lost one
 * stands in a bucket of its own (net/ipv4/tcp_timer.c; the first five one second apart, tcp_syn_linear_timeouts).
 */
final class LatencyBuckets {

    private static final double[] SYN_REPEATS = {1, 2, 3, 4, 5, 7};
    private static final double[] CONNECT = bounds(1e-5);
    private static final double[] CLOSE = bounds(1e-6);

    private LatencyBuckets() {
    }

    /** Upper bounds in seconds, rising, without the last one of infinity. */
    static double[] bounds(MeterName meter) {
        return meter == MeterName.CLOSE_DURATION ? CLOSE : CONNECT;
    }

    static ClassicHistogramBuckets of(Histogram cumulativeNs, double[] boundsSeconds) {
        long[] counts = counts(cumulativeNs, boundsSeconds);
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < boundsSeconds.length; i++) {
            buckets.bucket(boundsSeconds[i], counts[i]);
        }
        return buckets.bucket(Double.POSITIVE_INFINITY, counts[boundsSeconds.length]).build();
    }

    /**
     * How many values lie in each bucket, not added up; the last is what lies beyond all bounds. Walks over the histogram
     * once: asking it for the count below each bound would walk as often as there are bounds.
     */
    static long[] counts(Histogram cumulativeNs, double[] boundsSeconds) {
        long[] counts = new long[boundsSeconds.length + 1];
        int bucket = 0;
        for (HistogramIterationValue step : cumulativeNs.recordedValues()) {
            long lowestNs = cumulativeNs.lowestEquivalentValue(step.getValueIteratedTo());
            // A bound takes in all that the histogram cannot tell from it, as getCountBetweenValues does.
            while (bucket < boundsSeconds.length && lowestNs > Math.round(boundsSeconds[bucket] * 1e9)) {
                bucket++;
            }
            counts[bucket] += step.getCountAtValueIteratedTo();
        }
        return counts;
    }

    /** The sum of all recorded values in seconds, to the resolution of the histogram. */
    static double sumSeconds(Histogram cumulativeNs) {
        return cumulativeNs.getTotalCount() == 0 ? 0 : cumulativeNs.getMean() * cumulativeNs.getTotalCount() / 1e9;
    }

    private static double[] bounds(double fromSeconds) {
        DoubleStream.Builder steps = DoubleStream.builder();
        for (int exponent = (int) Math.round(Math.log10(fromSeconds)); exponent < 1; exponent++) {
            for (String digits : new String[] {"1", "2.5", "5"}) {
                steps.add(Double.parseDouble(digits + "e" + exponent));
            }
        }
        return DoubleStream.concat(DoubleStream.concat(steps.build(), DoubleStream.of(SYN_REPEATS)), DoubleStream.of(10))
                .sorted().distinct().toArray();
    }
}
