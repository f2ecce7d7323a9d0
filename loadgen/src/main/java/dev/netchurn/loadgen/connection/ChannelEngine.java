package dev.netchurn.loadgen.connection;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.transport.EpollLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Netty user gets today: a stock {@link Bootstrap} with {@link EpollSocketChannel}, options by {@link ChannelOption},
 * Netty's own connect timer, automatic reads, and one handler in the pipeline. It allocates what stock Netty allocates, and
 * about a dozen objects of ours per connection. Only the event loop is driven by hand, so that pacing is the same as for every
 * engine and every event comes on the thread that owns the books.
 *
 * <p>Owned by the thread of the event loop, which must also construct and close it.
 */
final class ChannelEngine implements ClientEngine {

    private static final ChannelOption<Integer> IP_LOCAL_PORT_RANGE =
            new IntegerUnixChannelOption("IP_LOCAL_PORT_RANGE", Syscalls.SOL_IP, Syscalls.IP_LOCAL_PORT_RANGE);
    private static final ChannelOption<Integer> TCP_LINGER2 =
            new IntegerUnixChannelOption("TCP_LINGER2", Syscalls.SOL_TCP, Syscalls.TCP_LINGER2);
    private static final long NS_PER_MS = 1_000_000L;

    final ConnectionPlan plan;
    final EngineVitals vitals;
    final Syscalls syscalls = new Syscalls();
    final HandshakeProbe<InetSocketAddress> probe;
    final ChannelExchange exchange;
    final boolean openLoop;
    /** Netty's timer ends these; here they only wait to be found at the end. */
    final TimeoutQueue connecting = new TimeoutQueue(TimeoutQueue.NEVER);
    final TimeoutQueue exchanging;
    final TimeoutQueue holding;
    final TimeoutQueue awaitingFin;
    /** Closes that Netty has handed to another thread. */
    final TimeoutQueue closing = new TimeoutQueue(TimeoutQueue.NEVER);
    final TimeoutQueue leftOpen = new TimeoutQueue(TimeoutQueue.NEVER);

    private final @Nullable NettyLingerExecutor lingers;
    private final EpollLoop epoll = new EpollLoop();
    private final Arena arena = Arena.ofConfined();
    private final NanoClock clock;
    private final Routes<InetSocketAddress> routes;
    private final Bootstrap bootstrap;
    /** Whose channel is being made; set around the call that makes it. */
    private @Nullable ChannelConnection beginning;

    ChannelEngine(EnginePlan plan, NanoClock clock, @Nullable NettyLingerExecutor lingers) {
        this.lingers = lingers;
        this.plan = plan.connection();
        this.clock = clock;
        this.openLoop = plan.openLoop();
        this.vitals = new EngineVitals(clock, syscalls);
        this.exchanging = new TimeoutQueue(this.plan.exchangeTimeoutNs());
        this.holding = new TimeoutQueue(this.plan.holdNs());
        this.awaitingFin = new TimeoutQueue(this.plan.closeTimeoutNs());
        this.exchange = ChannelExchange.of(this.plan.exchange());
        this.routes = new Routes<>(plan, InetSocketAddress::new);
        this.probe = new HandshakeProbe<>(syscalls, arena, routes, this.plan.rttSampleEvery());
        this.bootstrap = bootstrap(plan.source());
    }

    /** A close with SO_LINGER was asked for. */
    void askedToLinger() {
        if (lingers != null) {
            lingers.asked();
        }
    }

    private Bootstrap bootstrap(SourcePlan source) {
        Bootstrap made = new Bootstrap().group(epoll.channelLoop()).channel(EpollSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMs())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, outlivesServersFin())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ChannelConnection connection = beginning;
                        if (connection != null) {
                            channel.pipeline().addLast(new ChannelEvents(connection));
                        }
                    }
                });
        SocketSetUp setUp = SocketSetUp.of(plan, source);
        if (setUp.abortOnClose()) {
            made.option(ChannelOption.SO_LINGER, 0);
        }
        if (setUp.portRange() != 0) {
            made.option(IP_LOCAL_PORT_RANGE, setUp.portRange());
        }
        if (setUp.lateBind()) {
            made.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        setOptions(made, plan.options());
        return made;
    }

    private static void setOptions(Bootstrap made, SocketOptions options) {
        if (options.reuseAddress()) {
            made.option(ChannelOption.SO_REUSEADDR, true);
        }
        if (options.reusePort()) {
            made.option(EpollChannelOption.SO_REUSEPORT, true);
        }
        if (options.noDelay()) {
            made.option(ChannelOption.TCP_NODELAY, true);
        }
        if (options.linger2Seconds() != 0) {
            made.option(TCP_LINGER2, options.linger2Seconds());
        }
        if (options.userTimeoutMs() != 0) {
            made.option(EpollChannelOption.TCP_USER_TIMEOUT, options.userTimeoutMs());
        }
    }

    private int connectTimeoutMs() {
        return Math.clamp((plan.connectTimeoutNs() + NS_PER_MS - 1) / NS_PER_MS, 1, Integer.MAX_VALUE);
    }

    /** Without half-closure Netty closes a channel as soon as the server's FIN is there. */
    private boolean outlivesServersFin() {
        return plan.holdNs() > 0 || switch (plan.close()) {
            case ClientClose.Graceful _, ClientClose.Peer _, ClientClose.Never _ -> true;
            case ClientClose.Fin _, ClientClose.Rst _, ClientClose.Unread _, ClientClose.Linger _ -> false;
        };
    }

    @Override
    public void start(PhaseBook book, long intendedNs) {
        book.ledger().started();
        vitals.inFlight.enter(clock.nanoTime());
        ChannelConnection connection = new ChannelConnection(this, book, routes.next(), intendedNs);
        beginning = connection;
        try {
            connection.begin(bootstrap, routes.source());
        } catch (RuntimeException | Error e) {
            connection.abort(e);
        } finally {
            beginning = null;
        }
    }

    @Override
    public void freezeEager() {
        // Netty never asks a second time.
    }

    @Override
    public void endOverdue(long nowNs) {
        exchanging.endExpired(nowNs);
        holding.endExpired(nowNs);
        awaitingFin.endExpired(nowNs);
    }

    @Override
    public long remainingNs(long nowNs) {
        return Math.min(exchanging.remainingNs(nowNs), Math.min(holding.remainingNs(nowNs), awaitingFin.remainingNs(nowNs)));
    }

    @Override
    public boolean awaitsEvents() {
        return vitals.inFlight() > 0;
    }

    @Override
    public void run(long waitNs) {
        epoll.run(waitNs);
    }

    @Override
    public void runNow() {
        epoll.runNow();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public void endAll() {
        for (TimeoutQueue queue : List.of(connecting, exchanging, holding, awaitingFin, closing, leftOpen)) {
            queue.endAll();
        }
    }

    @Override
    public EngineVitals vitals() {
        return vitals;
    }

    long now() {
        return clock.nanoTime();
    }

    @Override
    public void close() {
        endAll();
        epoll.close();
        syscalls.close();
        arena.close();
    }
}
