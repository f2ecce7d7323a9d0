package dev.netchurn.closepath;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/** What the promise of a close costs: making it, its listeners, completing it. CPU only, in steady state. */
public class PromiseBenchmark extends SteadyBenchmark {

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
