package dev.netchurn.server;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Errno;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.EpollLoop;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A target as Netty users write it: stock {@link ServerBootstrap} and channels, a handler per connection, automatic reads. With
 * one thing that they rarely do: the listener accepts up to 256 connections for one event, because as it comes Netty's epoll
 * listener accepts one (its loop goes on only while "bytes read" equals "bytes attempted", and the first is a descriptor number).
 * The listening sockets are opened by us, so that all engines listen alike. It allocates what stock Netty allocates.
 */
final class ChannelAcceptorLoop implements TargetLoop {

    private static final long CPU_PUBLISHED_EVERY_NS = 20_000_000L;
    private static final long IDLE_WAIT_NS = 1_000_000_000L;
    private static final int ACCEPTS_PER_EVENT = 256;
    private static final int PIECE = 64 << 10;

    private final NanoClock clock;
    private final Conduct conduct;
    private final LoopBooks books = new LoopBooks();
    private final AcceptTimes acceptTimes = new AcceptTimes();
    private final Leaks leaks;
    private final EpollLoop epoll = new EpollLoop();
    private final Syscalls syscalls = new Syscalls();
    private final ByteBuf piece = lasting(new byte[PIECE]);
    private final ByteBuf literalAnswer;
    /** What a request must be, byte by byte; null where nobody looks at it. */
    private final byte @Nullable [] expectedRequest;
    private long cpuPublishedNs;
    private boolean worked;

    private volatile boolean stopping;
    private volatile long cpuNs;

    ChannelAcceptorLoop(NanoClock clock, Conduct conduct, int[] listening) {
        this.clock = clock;
        this.conduct = conduct;
        this.leaks = new Leaks(conduct.leakedPerBillion());
        if (conduct.exchange() instanceof Exchange.Literal(EscapedText payload, EscapedText expect)) {
            this.literalAnswer = lasting(expect.bytes());
            this.expectedRequest = payload.bytes();
        } else {
            this.literalAnswer = Unpooled.EMPTY_BUFFER;
            this.expectedRequest = null;
        }
        for (int i = 0; i < listening.length; i++) {
            listen(listening[i], i);
        }
    }

    /** In native memory, from where Netty sends without a copy; it goes with the garbage, when nothing sends it any more. */
    private static ByteBuf lasting(byte[] bytes) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()));
    }

    private void listen(int fd, int endpoint) {
        ServerChannelRecvByteBufAllocator accepts = new ServerChannelRecvByteBufAllocator();
        accepts.respectMaybeMoreData(false);
        accepts.maxMessagesPerRead(ACCEPTS_PER_EVENT);
        ChannelFuture registered = new ServerBootstrap().group(epoll.channelLoop())
                .channelFactory(() -> new EpollServerSocketChannel(fd))
                .option(ChannelOption.RECVBUF_ALLOCATOR, accepts)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new AcceptFailures())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, outlivesClientsFin())
                .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel channel) {
                        channel.pipeline().addLast(new ChannelTargetConnection(ChannelAcceptorLoop.this, endpoint));
                    }
                })
                .register();
        // Netty adds the handler that takes connections in a task: whatever was accepted before it would be lost.
        epoll.channelLoop().execute(() -> registered.channel().config().setAutoRead(conduct.accepts()));
    }

    /** Without half-closure Netty closes a channel as soon as the client's FIN is there. */
    private boolean outlivesClientsFin() {
        return conduct.closeDelayNs() > 0 || conduct.bytesAfterFin() > 0 || conduct.leaks();
    }

    @Override
    public void run() {
        while (!stopping) {
            try {
                turn();
            } catch (RuntimeException e) {
                books.loopFailed();
            }
        }
    }

    private void turn() {
        long nowNs = clock.nanoTime();
        if (worked && nowNs - cpuPublishedNs >= CPU_PUBLISHED_EVERY_NS) {
            worked = false;
            cpuPublishedNs = nowNs;
            cpuNs = syscalls.threadCpuNs();
        }
        worked |= epoll.run(worked ? CPU_PUBLISHED_EVERY_NS : IDLE_WAIT_NS) > 0;
    }

    @Override
    public void stop() {
        stopping = true;
        epoll.wakeup();
    }

    /** Whether what ends now is ended by us because the target ends. */
    boolean isStopping() {
        return stopping;
    }

    Conduct conduct() {
        return conduct;
    }

    Leaks leaks() {
        return leaks;
    }

    /** The whole answer where it is a text, else null. */
    @Nullable ByteBuf literalAnswer() {
        return expectedRequest == null ? null : literalAnswer.slice();
    }

    /** Whether bytes of a request are those to be expected there. */
    boolean isAsExpected(ByteBuf bytes, int offset, int count) {
        byte[] wanted = expectedRequest;
        for (int i = 0; wanted != null && i < count; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != wanted[offset + i]) {
                return false;
            }
        }
        return true;
    }

    /** As many bytes as asked for, in pieces of the same memory. */
    ByteBuf bytes(int most) {
        return piece.slice(0, Math.min(most, PIECE));
    }

    void accepted(int clientAddressBits, int clientPort, int endpoint) {
        books.accepted();
        acceptTimes.put(AcceptTimes.key(clientAddressBits, clientPort, endpoint), clock.nanoTime());
    }

    @Override
    public LoopBooks books() {
        return books;
    }

    @Override
    public long acceptedNs(long key, long sinceNs) {
        return acceptTimes.get(key, sinceNs);
    }

    @Override
    public long cpuNs() {
        return cpuNs;
    }

    @Override
    public void close() {
        stopping = true;
        epoll.close();
        cpuNs = syscalls.threadCpuNs();
        syscalls.close();
    }

    /** Counts what Netty then deals with itself: it stops accepting for a second. */
    @ChannelHandler.Sharable
    private final class AcceptFailures extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            int errno = cause instanceof Errors.NativeIoException io ? Math.abs(io.expectedErr()) : 0;
            if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOBUFS || errno == Errno.ENOMEM) {
                books.acceptPaused();
            } else {
                books.acceptFailed();
            }
            context.fireExceptionCaught(cause);
        }
    }
}
