package dev.netchurn.closepath;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A batch of connected, idle Netty channels on one event loop, and their far ends. Subclasses are benchmarks that end the
 * batch; each iteration gets a new one.
 *
 * <p>Owned by the benchmark's thread; the channels by their event loop.
 */
@OperationsPerInvocation(NettyBatch.CHANNELS)
public abstract class NettyBatch extends BatchBenchmark {

    /** Two descriptors each, so that the usual hard limits suffice. */
    static final int CHANNELS = 1_000;
    private static final long PATIENCE_SECONDS = 30;

    @Param
    public NettyTransport transport;

    final Channel[] channels;
    private Costs costs;
    private Peers peers;
    private EventLoopGroup group;
    // JMH hands counters to one method of a benchmark only, and the tear-down has something to say as well.
    private Failures failures = new Failures();

    NettyBatch() {
        this(CHANNELS);
    }

    NettyBatch(int size) {
        channels = new Channel[size];
    }

    /** SO_LINGER of the near ends in seconds; −1 leaves it off. */
    int lingerSeconds() {
        return -1;
    }

    /** Whether Netty reads on its own; without, bytes of the far end stay in the kernel's queue. */
    boolean autoRead() {
        return true;
    }

    /** Whether a FIN of the far end leaves the near end open. */
    boolean allowHalfClosure() {
        return false;
    }

    /** Whether the far ends close first, so that theirs is the TIME_WAIT; it is no leftover then. */
    boolean peersKeepTimeWait() {
        return false;
    }

    Peers peers() {
        return peers;
    }

    @Setup(Level.Trial)
    public void startLoop() {
        costs = new Costs(); // before the loop's thread, which is then counted
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("loop", true), transport.handlers());
        peers = new Peers(channels.length);
    }

    @Setup(Level.Iteration)
    public void open() throws InterruptedException {
        Bootstrap bootstrap = new Bootstrap().group(group).channel(transport.client())
                .option(ChannelOption.SO_LINGER, lingerSeconds())
                .option(ChannelOption.AUTO_READ, autoRead())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, allowHalfClosure())
                .handler(new Silent());
        for (int i = 0; i < channels.length; i++) {
            ChannelFuture connected = bootstrap.connect(peers.address());
            peers.accept(1);
            channels[i] = connected.sync().channel();
        }
    }

    /** Does something to all channels and waits until each has told {@code done}; time and costs are those of the batch. */
    void measure(Failures counted, Ending ending) throws InterruptedException {
        failures = counted;
        Completion done = new Completion(channels.length);
        costs.begin();
        ending.end(done);
        boolean ended = done.latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        costs.end(channels.length);
        failures.errors += done.failed;
        if (!ended) {
            failures.errors += (int) done.latch.getCount();
        }
    }

    /** What is measured. */
    interface Ending {
        void end(Completion done);
    }

    /** Counts what is complete; used by the event loop, or by the single thread that Netty closes lingering sockets on. */
    static final class Completion implements GenericFutureListener<Future<? super Void>> {

        private final CountDownLatch latch;
        private volatile int failed;

        Completion(int expected) {
            latch = new CountDownLatch(expected);
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread completes all futures of a batch
        public void operationComplete(Future<? super Void> future) {
            if (!future.isSuccess()) {
                failed++;
            }
            latch.countDown();
        }

        /** For what has no future. */
        void completed() {
            latch.countDown();
        }
    }

    @TearDown(Level.Iteration)
    public void closeRest() throws IOException, InterruptedException {
        for (Channel channel : channels) {
            if (!channel.isRegistered() && channel.isOpen()) {
                group.register(channel).sync(); // a deregistered channel can be closed only by a loop
            }
            if (channel.isOpen()) {
                // NIO and io_uring close after their future says so; a FIN whose peer aborts then may leave a FIN_WAIT2.
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.close().sync();
        }
        peers.abortAll();
        failures.found(peers.leftovers().afterASecond(peersKeepTimeWait()));
        failures.check();
    }

    @TearDown(Level.Trial)
    public void stopLoop() throws InterruptedException {
        peers.close();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        costs.close();
    }

    /** Takes what a benchmark's channels say, and says nothing. An RST while a batch is cleared is no news either. */
    @Sharable
    private static final class Silent extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
