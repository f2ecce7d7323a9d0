package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;
import java.util.EnumSet;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RegularTickTest {

    private final LatencyRecorder latencies = new LatencyRecorder(EnumSet.of(LatencyKind.EVENT_LOOP_DELAY));
    private final RegularTick tick = new RegularTick(latencies, 0);

    @Test
    void recordsHowLateItIs() {
        tick.check(3_000);

        assertThat(taken().getMaxValue()).isBetween(2_990L, 3_010L);
        assertThat(tick.remainingNs(3_000)).isEqualTo(RegularTick.PERIOD_NS - 3_000);
    }

    @Test
    void recordsNothingBeforeItsTime() {
        tick.check(-1);

        assertThat(LatencyRecorder.takeInterval(List.of(latencies))).isEmpty();
    }

    @Test
    void countsEveryTickThatAStallMissed() {
        tick.check(10 * RegularTick.PERIOD_NS - 1);

        assertThat(taken().getTotalCount()).isEqualTo(10);
    }

    private Histogram taken() {
        return LatencyRecorder.takeInterval(List.of(latencies)).get(LatencyKind.EVENT_LOOP_DELAY);
    }
}
