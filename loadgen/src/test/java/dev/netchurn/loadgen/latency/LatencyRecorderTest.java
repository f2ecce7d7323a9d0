package dev.netchurn.loadgen.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LatencyRecorderTest {

    private final LatencyRecorder recorder = new LatencyRecorder(EnumSet.of(LatencyKind.CONNECT, LatencyKind.WAIT));

    @Test
    void handsOutEachLatencyOnce() {
        recorder.record(LatencyKind.CONNECT, 1000);
        recorder.record(LatencyKind.CONNECT, 2000);

        Map<LatencyKind, Histogram> first = LatencyRecorder.takeInterval(List.of(recorder));
        assertThat(first).containsOnlyKeys(LatencyKind.CONNECT);
        assertThat(first.get(LatencyKind.CONNECT).getTotalCount()).isEqualTo(2);
        assertThat(first.get(LatencyKind.CONNECT).getMinNonZeroValue()).isEqualTo(1000);

        recorder.record(LatencyKind.CONNECT, 3000);
        Map<LatencyKind, Histogram> second = LatencyRecorder.takeInterval(List.of(recorder));
        assertThat(second.get(LatencyKind.CONNECT).getTotalCount()).isEqualTo(1);
        assertThat(LatencyRecorder.takeInterval(List.of(recorder))).isEmpty();
    }

    @Test
    void recordsWhatIsOutOfRangeAtTheBoundAndCountsIt() {
        recorder.record(LatencyKind.WAIT, -5);
        recorder.record(LatencyKind.WAIT, 0);
        recorder.record(LatencyKind.WAIT, Long.MAX_VALUE);
        recorder.record(LatencyKind.WAIT, LatencyRecorder.HIGHEST_NS);

        Histogram interval = LatencyRecorder.takeInterval(List.of(recorder)).get(LatencyKind.WAIT);

        assertThat(recorder.clamped()).isEqualTo(2);
        assertThat(interval.getTotalCount()).isEqualTo(4);
        assertThat(interval.getMinNonZeroValue()).isEqualTo(1);
    }

    @Test
    void mergesTheEventLoopsInAnyOrder() {
        LatencyRecorder other = new LatencyRecorder(EnumSet.of(LatencyKind.CONNECT));
        for (LatencyRecorder each : List.of(recorder, other)) {
            each.record(LatencyKind.CONNECT, 10_000);
            each.record(LatencyKind.CONNECT, 70_000_000);
        }

        Histogram merged = LatencyRecorder.takeInterval(List.of(other, recorder)).get(LatencyKind.CONNECT);

        assertThat(merged.getTotalCount()).isEqualTo(4);
        assertThat(merged.getCountAtValue(10_000)).isEqualTo(2);
    }

    @Test
    void leavesOutKindsItHasNoRoomFor() {
        recorder.record(LatencyKind.PEER_CLOSE, 1000);

        assertThat(LatencyRecorder.takeInterval(List.of(recorder))).isEmpty();
    }
}
