package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LatencySummaryTest {

    @Test
    void ranksOverTheRecordedValues() {
        LatencySummary summary = LatencySummary.of(oneTo(1_000));
        assertThat(summary.p50Ns()).isEqualTo(500);
        assertThat(summary.p90Ns()).isEqualTo(900);
        assertThat(summary.p99Ns()).isEqualTo(990);
        assertThat(summary.minNs()).isEqualTo(1);
        assertThat(summary.maxNs()).isEqualTo(1_000);
        assertThat(summary.meanNs()).isEqualTo(500.5);
    }

    @Test
    void omitsAPercentileWithFewerThanTenAboveIt() {
        LatencySummary summary = LatencySummary.of(oneTo(999));
        assertThat(summary.p99Ns()).isNull();
        assertThat(summary.isOmitted(0.99)).isTrue();
        assertThat(summary.isInfinite(0.99)).isFalse();
        assertThat(summary.p90Ns()).isEqualTo(900);
    }

    @Test
    void keepsAPercentileWithExactlyTenAboveIt() {
        assertThat(LatencySummary.of(oneTo(1_000)).p99Ns()).isNotNull();
        assertThat(LatencySummary.of(oneTo(20)).p50Ns()).isEqualTo(10);
        assertThat(LatencySummary.of(oneTo(19)).p50Ns()).isNull();
    }

    @Test
    void countsArrivalsWithoutAValueAsInfinitelyLate() {
        LatencySummary summary = LatencySummary.of(oneTo(1_000), 1_200);
        assertThat(summary.p50Ns()).as("rank 600 of 1200").isEqualTo(600);
        assertThat(summary.p90Ns()).as("rank 1080 has no value").isNull();
        assertThat(summary.isInfinite(0.9)).isTrue();
        assertThat(summary.isOmitted(0.9)).isFalse();
        assertThat(summary.maxNs()).isNull();
        assertThat(summary.isInfinite(1)).isTrue();
    }

    @Test
    void shedArrivalsCannotImproveAPercentile() {
        assertThat(LatencySummary.of(oneTo(1_000), 1_100).p90Ns()).isGreaterThan(LatencySummary.of(oneTo(1_000)).p90Ns());
    }

    @Test
    void saysNothingAboutAnEmptyHistogram() {
        LatencySummary summary = LatencySummary.of(LatencySummary.newHistogram());
        assertThat(summary.p50Ns()).isNull();
        assertThat(summary.maxNs()).isNull();
        assertThat(summary.meanNs()).isNull();
        assertThat(summary.isInfinite(1)).isFalse();
    }

    @Test
    void isInfiniteWhenNoArrivalHasTheValue() {
        LatencySummary summary = LatencySummary.of(LatencySummary.newHistogram(), 1_000);
        assertThat(summary.isInfinite(0.5)).isTrue();
        assertThat(summary.isInfinite(1)).isTrue();
    }

    @Test
    void carriesTheWholeHistogram() {
        Histogram histogram = RunResultFixture.spread(5_000, 20_000);
        assertThat(LatencySummary.of(histogram).decode()).isEqualTo(histogram);
    }

    @Test
    void refusesToRankOverFewerArrivalsThanValues() {
        assertThatThrownBy(() -> new LatencySummary(2, 1, null, null, null, null, null, null, null, null, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Histogram oneTo(int highest) {
        Histogram histogram = LatencySummary.newHistogram();
        for (int value = 1; value <= highest; value++) {
            histogram.recordValue(value);
        }
        return histogram;
    }
}
