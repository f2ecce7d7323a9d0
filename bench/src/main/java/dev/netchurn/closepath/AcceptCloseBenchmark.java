package dev.netchurn.closepath;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A ServerBootstrap takes a full accept queue and closes each connection at once with RST: the cost of one accepted connection
 * in stock Netty. A plain epoll listener of Netty 4.2 accepts one connection per epoll_wait whatever maxMessagesPerRead says;
 * {@link Accept#UNTIL_EMPTY} shows what the option that cures it is worth.
 */
@OperationsPerInvocation(AcceptCloseBenchmark.CONNECTIONS)
public class AcceptCloseBenchmark extends BatchBenchmark {

    static final int CONNECTIONS = 1_000;

    /** How many connections one event of the listener yields. */
    public enum Accept {
        STOCK, UNTIL_EMPTY
    }

    @Param
    public NettyTransport transport;

    @Param
    public Accept accept;

    private final int[] clients = new int[CONNECTIONS];
    private Costs costs;
    private Syscalls calls;
    private Arena arena;
    private EventLoopGroup group;
    private Channel listener;
    private SocketAddress target;
    private Failures failures = new Failures();
    private volatile CountDownLatch closed = new CountDownLatch(0);

    @Setup(Level.Trial)
    public void listen() throws InterruptedException {
        costs = new Costs(); // before the loop's thread, which is then counted
        calls = new Syscalls();
        arena = Arena.ofConfined();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("loop", true), transport.handlers());
        ServerBootstrap bootstrap = new ServerBootstrap().group(group).channel(transport.server())
                .option(ChannelOption.SO_BACKLOG, CONNECTIONS)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.SO_LINGER, 0)
                .childHandler(new CloseAtOnce());
        if (accept == Accept.UNTIL_EMPTY) {
            ServerChannelRecvByteBufAllocator untilEmpty = new ServerChannelRecvByteBufAllocator();
            untilEmpty.respectMaybeMoreData(false).maxMessagesPerRead(256);
            bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, untilEmpty);
        }
        listener = bootstrap.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)).sync().channel();
        target = new SocketAddress(arena, InetAddress.ofLiteral("127.0.0.1"),
                ((InetSocketAddress) listener.localAddress()).getPort());
    }

    @Setup(Level.Iteration)
    public void fillAcceptQueue() {
        closed = new CountDownLatch(CONNECTIONS);
        for (int i = 0; i < CONNECTIONS; i++) {
            clients[i] = calls.tcpSocket(Syscalls.AF_INET, false);
            int connected = calls.connect(clients[i], target);
            if (clients[i] < 0 || connected < 0) {
                throw new IllegalStateException("connection " + i + " failed");
            }
        }
    }

    @Benchmark
    public void acceptAndClose(Failures counted) throws InterruptedException {
        failures = counted;
        costs.begin();
        listener.config().setAutoRead(true);
        boolean ended = closed.await(30, TimeUnit.SECONDS);
        costs.end(CONNECTIONS);
        if (!ended) {
            failures.errors += (int) closed.getCount();
        }
    }

    @TearDown(Level.Iteration)
    public void closeClients() {
        listener.config().setAutoRead(false);
        for (int fd : clients) {
            failures.errors += calls.close(fd) < 0 ? 1 : 0;
        }
        failures.check();
    }

    @TearDown(Level.Trial)
    public void stop() throws InterruptedException {
        listener.close().sync();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        arena.close();
        calls.close();
        costs.close();
    }

    @Sharable
    private final class CloseAtOnce extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            CountDownLatch batch = closed;
            context.close().addListener(_ -> batch.countDown());
        }
    }
}
