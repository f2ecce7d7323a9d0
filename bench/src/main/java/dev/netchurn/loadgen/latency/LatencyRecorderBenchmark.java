package dev.netchurn.loadgen.latency;

import dev.netchurn.closepath.SteadyBenchmark;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;

/** What one recorded latency costs the event loop, and what an interval costs the thread that takes it. */
public class LatencyRecorderBenchmark extends SteadyBenchmark {

    private final LatencyRecorder recorder = new LatencyRecorder(EnumSet.of(LatencyKind.CONNECT, LatencyKind.CLOSE_CALL));
    private long latencyNs;

    @Benchmark
    public void record() {
        latencyNs = latencyNs + 7_919 & 0xf_ffff;
        recorder.record(LatencyKind.CONNECT, latencyNs);
    }

    @Benchmark
    public Map<LatencyKind, Histogram> takeInterval() {
        recorder.record(LatencyKind.CONNECT, 20_000);
        return LatencyRecorder.takeInterval(List.of(recorder));
    }
}
