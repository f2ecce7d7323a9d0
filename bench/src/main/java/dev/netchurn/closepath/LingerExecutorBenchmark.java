package dev.netchurn.closepath;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.connection.CloserPool;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A batch of closes with SO_LINGER above 0, each of which sleeps in close(2) until the far end has acknowledged our FIN. Stock
 * Netty makes them one after the other on its single GlobalEventExecutor, netchurn on a pool of closers.
 *
 * <p>The ACK is late even on loopback when the far end's application does nothing: after a FIN its kernel expects that one of
 * its own can carry the ACK, and waits for it (net/ipv4/tcp_input.c, tcp_fin; a delayed ACK, 4 ms at HZ = 250 and no round-trip
 * time). A single thread adds such waits up, as it adds up the round trips of a network.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@OperationsPerInvocation(LingerExecutorBenchmark.CONNECTIONS)
public class LingerExecutorBenchmark extends BatchBenchmark {

    static final int CONNECTIONS = 32;
    private static final int LINGER_SECONDS = 5;
    private static final int CLOSERS = 16;

    /** Who waits in close(2). */
    public enum Executor {
        /** Netty's GlobalEventExecutor, one thread. */
        NETTY,
        /** {@value #CLOSERS} threads of netchurn's. */
        CLOSERS
    }

    /** What the far end's application does when it hears of our FIN, and so when its kernel acknowledges it. */
    public enum Peer {
        /** It closes: the ACK comes at once, with its FIN. */
        CLOSES,
        /** Nothing: the ACK is delayed. */
        IDLE
    }

    @Param
    public Executor executor;

    @Param
    public Peer peer;

    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final Channel[] far = new Channel[CONNECTIONS];
    private final Channel[] near = new Channel[CONNECTIONS];
    private final int[] descriptors = new int[CONNECTIONS];
    private EventLoopGroup peers;
    private EventLoopGroup loop;
    private Channel listener;
    private Leftovers leftovers;
    private Syscalls calls;
    private Arena arena;
    private SocketAddress target;
    private CloserPool closers;
    private Failures failures = new Failures();

    @Setup(Level.Trial)
    public void start() throws InterruptedException {
        peers = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("peers", true), EpollIoHandler.newFactory());
        loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("loop", true), EpollIoHandler.newFactory());
        listener = new ServerBootstrap().group(peers).channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, peer == Peer.IDLE)
                .childOption(ChannelOption.SO_LINGER, peer == Peer.IDLE ? 0 : -1)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                    }
                })
                .bind(InetAddress.ofLiteral("127.0.0.1"), 0).sync().channel();
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        leftovers = new Leftovers(address.getPort());
        calls = new Syscalls();
        arena = Arena.ofConfined();
        target = new SocketAddress(arena, address.getAddress(), address.getPort());
        closers = new CloserPool(CLOSERS, LINGER_SECONDS, CONNECTIONS);
    }

    @Setup(Level.Iteration)
    public void open() throws InterruptedException {
        for (int i = 0; i < CONNECTIONS; i++) {
            switch (executor) {
                case NETTY -> near[i] = new Bootstrap().group(loop).channel(EpollSocketChannel.class)
                        .option(ChannelOption.SO_LINGER, LINGER_SECONDS).handler(new ChannelInboundHandlerAdapter())
                        .connect(listener.localAddress()).sync().channel();
                case CLOSERS -> {
                    descriptors[i] = calls.tcpSocket(Syscalls.AF_INET, false);
                    int connected = calls.connect(descriptors[i], target);
                    if (connected < 0) {
                        throw new IllegalStateException("connect failed: " + Errno.name(-connected));
                    }
                }
            }
            far[i] = accepted.take();
        }
    }

    @Benchmark
    public void close(Failures counted) throws InterruptedException {
        failures = counted;
        switch (executor) {
            case NETTY -> {
                ChannelFuture[] closed = new ChannelFuture[CONNECTIONS];
                for (int i = 0; i < CONNECTIONS; i++) {
                    closed[i] = near[i].close();
                }
                for (ChannelFuture close : closed) {
                    failures.errors += close.await().isSuccess() ? 0 : 1;
                }
            }
            case CLOSERS -> failures.errors += closers.close(descriptors);
        }
    }

    /** TIME_WAIT is right where both ends closed; of an idle peer an RST ends our FIN_WAIT2. */
    @TearDown(Level.Iteration)
    public void closeFar() throws IOException, InterruptedException {
        for (Channel channel : far) {
            channel.close().sync();
        }
        failures.found(leftovers.afterASecond(peer == Peer.CLOSES));
        failures.check();
    }

    @TearDown(Level.Trial)
    public void stop() throws InterruptedException {
        closers.close();
        listener.close().sync();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        peers.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        arena.close();
        calls.close();
    }
}
