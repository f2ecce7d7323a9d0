package dev.netchurn.linux;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one close(2) of an established, idle connection costs, called through {@code java.lang.foreign}: the floor under every
 * network library. On loopback the call contains the peer's receive path, because the segment is delivered before it returns.
 *
 * <p>There is no steady state, since every close needs a fresh connection: so a shot is one batch, opened outside of the clock.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@OperationsPerInvocation(RawCloseBenchmark.PAIRS)
public class RawCloseBenchmark {

    /** Two descriptors each, so that the usual hard limits suffice. */
    static final int PAIRS = 1_000;

    @Param
    public CloseMode mode;

    private Syscalls calls;
    private ConnectedPairs pairs;

    /** What the client's close sends. */
    public enum CloseMode {
        FIN, RST
    }

    /** What went wrong in an iteration. Anything but zero fails the run. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Failures {
        public int errors;
        public int leftovers;

        /** Runs before the pairs' own tear-down, because this state is made after theirs. */
        @TearDown(Level.Iteration)
        public void count(RawCloseBenchmark benchmark) throws IOException {
            benchmark.pairs.closeRest();
            leftovers = benchmark.pairs.leftovers();
            if (errors + leftovers > 0) {
                throw new IllegalStateException(errors + " calls failed, " + leftovers + " sockets are left");
            }
        }
    }

    @Setup(Level.Iteration)
    public void openPairs() {
        calls = new Syscalls();
        pairs = new ConnectedPairs(calls, PAIRS);
        pairs.open(mode == CloseMode.RST);
    }

    @Benchmark
    public void close(Failures failures) {
        for (int fd : pairs.near()) {
            if (calls.close(fd) < 0) {
                failures.errors++;
            }
        }
        pairs.nearAreClosed();
    }

    /** The price of a system call that does nothing, called the same way; to be read beside the others, not subtracted. */
    @Benchmark
    public int emptyCall(Failures failures) {
        int sum = 0;
        for (int fd : pairs.near()) {
            sum += fd + calls.effectiveUser();
        }
        return sum;
    }

    @TearDown(Level.Iteration)
    public void closeListener() {
        pairs.close();
        calls.close();
    }
}
