package dev.netchurn.loadgen.connection;

import dev.netchurn.closepath.SteadyBenchmark;
import java.net.ConnectException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A storm of refused connections: what it costs to learn why one failed. Our own calls return the errno; stock Netty throws, so
 * a stack trace is filled in and the number has to be found in a text.
 */
public class ErrnoOutcomeBenchmark extends SteadyBenchmark {

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
