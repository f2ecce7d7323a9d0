package dev.netchurn.closepath;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * close() of a channel without a socket (EmbeddedChannel): channelInactive, channelUnregistered and handlerRemoved through so
 * many handlers. CPU only; to be set against the microseconds that the kernel takes.
 */
@OperationsPerInvocation(PipelineTeardownBenchmark.CHANNELS)
public class PipelineTeardownBenchmark extends BatchBenchmark {

    static final int CHANNELS = 1_000;

    @Param({"0", "1", "5", "10"})
    public int handlers;

    private final EmbeddedChannel[] channels = new EmbeddedChannel[CHANNELS];
    private Costs costs;

    @Setup(Level.Trial)
    public void count() {
        costs = new Costs();
    }

    @Setup(Level.Iteration)
    public void open() {
        for (int i = 0; i < CHANNELS; i++) {
            channels[i] = new EmbeddedChannel();
            for (int handler = 0; handler < handlers; handler++) {
                channels[i].pipeline().addLast(new Listening());
            }
        }
    }

    @Benchmark
    public void close() {
        costs.begin();
        for (EmbeddedChannel channel : channels) {
            channel.close();
        }
        costs.end(CHANNELS);
    }

    @TearDown(Level.Trial)
    public void stop() {
        costs.close();
    }

    /** Overrides what a close passes through, so that Netty cannot skip it. */
    private static final class Listening extends ChannelInboundHandlerAdapter {
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            context.fireChannelInactive();
        }

        @Override
        public void channelUnregistered(ChannelHandlerContext context) {
            context.fireChannelUnregistered();
        }
    }
}
