package dev.netchurn.loadgen.arrival;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the intended start of one arrival costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class ScheduleBenchmark {

    private final ArrivalSchedule constant = new ConstantSchedule(30_000, 0, 1);
    private final ArrivalSchedule ramp = new RampSchedule(1_000, 30_000, 600_000_000_000L, 0, 1);
    private long k;

    @Benchmark
    public long constantRate() {
        return constant.intendedNs(k++);
    }

    @Benchmark
    public long ramp() {
        k = k + 1 & 0xf_ffff;
        return ramp.intendedNs(k);
    }
}
