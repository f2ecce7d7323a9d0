package dev.netchurn.loadgen.arrival;

import dev.netchurn.closepath.SteadyBenchmark;
import org.openjdk.jmh.annotations.Benchmark;

/** What the intended start of one arrival costs. */
public class ScheduleBenchmark extends SteadyBenchmark {

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
