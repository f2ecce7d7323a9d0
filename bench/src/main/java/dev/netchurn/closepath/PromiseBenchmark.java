package dev.netchurn.closepath;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What the promise of a close costs: making it, its listeners, completing it. CPU only, in steady state. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class PromiseBenchmark {

    @Param({"0", "1", "2"})
    public int listeners;

    private final EmbeddedChannel channel = new EmbeddedChannel();

    @Benchmark
    public ChannelFuture completed(Blackhole blackhole) {
        ChannelPromise promise = channel.newPromise();
        for (int i = 0; i < listeners; i++) {
            promise.addListener(blackhole::consume);
        }
        return promise.setSuccess();
    }
}
