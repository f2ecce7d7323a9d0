package dev.netchurn.loadgen.latency;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one recorded latency costs the event loop, and what an interval costs the thread that takes it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class LatencyRecorderBenchmark {

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
