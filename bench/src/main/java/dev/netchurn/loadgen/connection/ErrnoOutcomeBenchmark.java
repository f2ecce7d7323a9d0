package dev.netchurn.loadgen.connection;

import java.net.ConnectException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/**
 * A storm of refused connections: what it costs to learn why one failed. Our own calls return the errno; stock Netty throws, so
 * a stack trace is filled in and the number has to be found in a text.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class ErrnoOutcomeBenchmark {

    private static final int ECONNREFUSED = 111;
    private static final Pattern ERROR = Pattern.compile("error\\((-?\\d+)\\)");

    private int errno = ECONNREFUSED;

    @Benchmark
    public Outcome fromErrno() {
        return ErrnoOutcome.of(errno);
    }

    @Benchmark
    public Outcome fromException() {
        ConnectException thrown = new ConnectException("connect(..) failed with error(-" + errno + "): Connection refused");
        Matcher matcher = ERROR.matcher(thrown.getMessage());
        return matcher.find() ? ErrnoOutcome.of(-Integer.parseInt(matcher.group(1))) : Outcome.OTHER;
    }
}
