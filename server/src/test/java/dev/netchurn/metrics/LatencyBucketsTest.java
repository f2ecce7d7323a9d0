package dev.netchurn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyBucketsTest {

    private final Histogram histogram = new Histogram(1, 3_600_000_000_000L, 3);

    @Test
    void startsAtAMicrosecondForClosesAndAtTenForTheRest() {
        assertThat(LatencyBuckets.bounds(MeterName.CLOSE_DURATION)).startsWith(1e-6, 2.5e-6, 5e-6, 1e-5).endsWith(7, 10);
        assertThat(LatencyBuckets.bounds(MeterName.CONNECT_DURATION)).startsWith(1e-5, 2.5e-5).isSorted()
                .contains(1, 2, 3, 4, 5, 7).doesNotHaveDuplicates();
    }

    @Test
    void countsEverySampleOnceInTheBucketItBelongsTo() {
        for (int us = 1; us <= 1000; us++) {
            histogram.recordValue(us * 1000L);
        }
        histogram.recordValue(1_050_000_000L);
        histogram.recordValue(3_060_000_000L);
        histogram.recordValue(60_000_000_000L);
        double[] bounds = LatencyBuckets.bounds(MeterName.CONNECT_DURATION);
        ClassicHistogramBuckets buckets = LatencyBuckets.of(histogram, bounds);
        assertThat(count(buckets, 1e-5)).isEqualTo(10);
        assertThat(count(buckets, 2.5e-5)).isEqualTo(15);
        assertThat(count(buckets, 5e-4)).isEqualTo(250);
        assertThat(count(buckets, 1)).isZero();
        assertThat(count(buckets, 2)).isOne();
        assertThat(count(buckets, 4)).isOne();
        assertThat(count(buckets, Double.POSITIVE_INFINITY)).isOne();
        assertThat(buckets.stream().mapToLong(bucket -> bucket.getCount()).sum()).isEqualTo(1003);
    }

    @Test
    void countsAsTheHistogramItselfDoesForAnyValues() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            histogram.recordValue(Math.min(3_600_000_000_000L, (long) Math.pow(10, random.nextDouble(0, 12.6))));
        }
        for (double bound : LatencyBuckets.bounds(MeterName.CLOSE_DURATION)) {
            histogram.recordValue(Math.round(bound * 1e9));
            histogram.recordValue(Math.round(bound * 1e9) + 1);
        }
        double[] bounds = LatencyBuckets.bounds(MeterName.CLOSE_DURATION);
        long[] counts = LatencyBuckets.counts(histogram, bounds);
        long upTo = 0;
        for (int i = 0; i < bounds.length; i++) {
            upTo += counts[i];
            assertThat(upTo).as("seed %d, bound %s", seed, bounds[i])
                    .isEqualTo(histogram.getCountBetweenValues(0, Math.round(bounds[i] * 1e9)));
        }
        assertThat(upTo + counts[bounds.length]).isEqualTo(histogram.getTotalCount());
    }

    @Test
    void sumsToTheHistogramsResolution() {
        assertThat(LatencyBuckets.sumSeconds(histogram)).isZero();
        histogram.recordValueWithCount(2_000_000, 500);
        assertThat(LatencyBuckets.sumSeconds(histogram)).isCloseTo(1.0, within(0.001));
    }

    @Test
    void isEmptyForAHistogramWithoutSamples() {
        ClassicHistogramBuckets buckets = LatencyBuckets.of(histogram, LatencyBuckets.bounds(MeterName.CLOSE_DURATION));
        assertThat(buckets.stream().mapToLong(bucket -> bucket.getCount()).sum()).isZero();
    }

    private static long count(ClassicHistogramBuckets buckets, double bound) {
        return buckets.stream().filter(bucket -> bucket.getUpperBound() == bound).findFirst().orElseThrow().getCount();
    }
}
