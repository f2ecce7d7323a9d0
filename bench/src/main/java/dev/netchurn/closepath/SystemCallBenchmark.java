package dev.netchurn.closepath;

import dev.netchurn.linux.Syscalls;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The price of a system call that does nothing, called as {@link RawCloseBenchmark.Way#FOREIGN} calls close(2); to be read beside
 * the others, not subtracted.
 */
public class SystemCallBenchmark extends SteadyBenchmark {

    private final Syscalls calls = new Syscalls();

    @Benchmark
    public int geteuid() {
        return calls.effectiveUser();
    }

    @TearDown
    public void close() {
        calls.close();
    }
}
