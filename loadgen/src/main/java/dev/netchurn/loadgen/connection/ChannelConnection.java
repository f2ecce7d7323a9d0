package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.latency.LatencyKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection on a stock Netty channel; the same steps, outcomes and clocks as {@link Connection} and
 * {@link Ending}, learned from events instead of system calls. Automatic reads take every byte out of the receive queue, so an
 * unread byte never turns the close of this engine into an RST.
 *
 * <p>Owned by its event loop; made for one arrival.
 */
final class ChannelConnection extends Waiting {

    private enum State {
        CONNECTING, EXCHANGING, HOLDING, AWAITING_FIN, AWAITING_PEER, LEFT_OPEN, CLOSING, ENDED
    }

    private final ChannelEngine engine;
    private final PhaseBook book;
    private final InetSocketAddress target;
    private State state = State.CONNECTING;
    private @Nullable Channel channel;
    private long intendedNs;
    private long startNs;
    private long connectedNs;
    private long exchangeEndNs;
    private long closeStartNs;
    private int received;
    private boolean started;
    private boolean closerKnown;

    ChannelConnection(ChannelEngine engine, PhaseBook book, InetSocketAddress target, long intendedNs) {
        this.engine = engine;
        this.book = book;
        this.target = target;
        this.intendedNs = intendedNs;
    }

    ChannelHandler handler() {
        return new Events();
    }

    /** Begins the arrival. Netty connects from a task of the event loop, so it is over now only if no socket could be made. */
    void begin(Bootstrap bootstrap, @Nullable InetSocketAddress from) {
        engine.connecting.add(this, engine.now());
        ChannelFuture connecting = bootstrap.connect(target, from);
        channel = connecting.channel();
        if (connecting.isDone()) {
            connectEnded(connecting);
        } else {
            connecting.addListener((ChannelFuture ended) -> connectEnded(ended));
        }
    }

    /** connect(2) comes next. */
    private void starts() {
        started = true;
        startNs = engine.now();
        intendedNs = engine.openLoop ? intendedNs : startNs;
        record(LatencyKind.WAIT, startNs - intendedNs);
        book.ledger().notEager();
    }

    private void connectEnded(ChannelFuture ended) {
        Throwable cause = ended.cause();
        if (state != State.CONNECTING || cause == null) {
            return;
        }
        int errno = ChannelErrno.of(cause);
        if (cause instanceof ConnectTimeoutException) {
            fail(Outcome.TIMED_OUT, 0);
        } else if (errno == ChannelErrno.NONE) {
            abort(cause);
        } else if (ErrnoOutcome.isResetAfterHandshake(errno)) {
            handshakeComplete(engine.now());
            resetByPeer();
        } else {
            fail(ErrnoOutcome.of(errno), errno);
        }
    }

    private void established(EpollSocketChannel established) {
        long nowNs = engine.now();
        stopWaiting();
        if (engine.plan.checkSelfConnect() && established.localAddress().equals(established.remoteAddress())) {
            // RST, so that no TIME_WAIT stays on the target's port.
            established.config().setSoLinger(0);
            fail(Outcome.SELF_CONNECTED, 0);
            return;
        }
        handshakeComplete(nowNs);
        engine.probe.established(established.fd().intValue(), book, target, startNs, nowNs);
        if (engine.exchange.isExchange()) {
            state = State.EXCHANGING;
            engine.exchanging.add(this, connectedNs);
            sendRequest(established);
        } else {
            exchangeOver(nowNs);
        }
    }

    private void handshakeComplete(long nowNs) {
        connectedNs = nowNs;
        book.ledger().established();
        engine.vitals.answered();
        record(LatencyKind.CONNECT, nowNs - startNs);
        record(LatencyKind.CONNECT_FROM_INTENDED, nowNs - intendedNs);
    }

    private void sendRequest(Channel to) {
        ByteBuf piece = engine.exchange.piece();
        for (int left = engine.exchange.requestBytes(); left > 0; left -= piece.readableBytes()) {
            to.write(piece.slice(0, Math.min(left, piece.readableBytes())));
        }
        ChannelFuture sent = to.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (!engine.exchange.isAnswered()) {
            sent.addListener(_ -> {
                if (state == State.EXCHANGING) {
                    stopWaiting();
                    exchangeOver(engine.now());
                }
            });
        }
    }

    private void bytesRead(ByteBuf bytes) {
        int count = bytes.readableBytes();
        int missing = state == State.EXCHANGING ? engine.exchange.responseBytes() - received : 0;
        if (missing > 0 && received == 0) {
            record(LatencyKind.RESPONSE, engine.now() - intendedNs);
        }
        int counted = Math.min(missing, count);
        ExchangeDifference difference = engine.exchange.difference(received, bytes, counted);
        if (difference != null) {
            book.ledger().differs(difference);
            finish(CloseOutcome.EXCHANGE_FAILED);
            return;
        }
        received += counted;
        if (state == State.AWAITING_FIN) {
            book.ledger().bytesAfterFin(count);
        } else if (state != State.ENDED && count > missing) {
            book.ledger().unreadBytes(count - missing);
        }
        if (missing > 0 && count >= missing) {
            stopWaiting();
            exchangeOver(engine.now());
        }
    }

    private void exchangeOver(long nowNs) {
        exchangeEndNs = nowNs;
        switch (engine.plan.close()) {
            case ClientClose.Peer _ -> await(State.AWAITING_PEER, engine.awaitingFin, nowNs);
            case ClientClose.Never _ -> {
                await(State.LEFT_OPEN, engine.leftOpen, nowNs);
                book.ledger().leftOpen();
                engine.vitals.inFlight.leave(nowNs);
            }
            case ClientClose.Graceful _, ClientClose.Fin _, ClientClose.Rst _, ClientClose.Linger _ -> holdThenClose(nowNs);
            case ClientClose.Unread _ -> throw new IllegalStateException(engine.plan.close() + " is refused");
        }
    }

    private void holdThenClose(long nowNs) {
        if (engine.plan.holdNs() > 0) {
            await(State.HOLDING, engine.holding, nowNs);
        } else {
            close();
        }
    }

    private void await(State waiting, TimeoutQueue where, long nowNs) {
        state = waiting;
        where.add(this, nowNs);
    }

    private void close() {
        switch (engine.plan.close()) {
            case ClientClose.Graceful _ -> closeGracefully();
            case ClientClose.Linger linger -> closeLingering(linger.seconds());
            case ClientClose.Fin _, ClientClose.Rst _, ClientClose.Peer _, ClientClose.Never _, ClientClose.Unread _ ->
                    finish(CloseOutcome.CLOSED);
        }
    }

    /** The option is set here, so that a connection that ends otherwise does not linger. */
    private void closeLingering(int seconds) {
        if (channel instanceof EpollSocketChannel socket) {
            socket.config().setSoLinger(seconds);
        }
        finish(CloseOutcome.CLOSED);
        engine.askedToLinger();
    }

    private void closeGracefully() {
        closeStartNs = engine.now();
        if (closerKnown) {
            // The server's FIN was read while we held the connection.
            respondedByFin(closeStartNs);
            finish(CloseOutcome.CLOSED);
            return;
        }
        clientWasFirst();
        await(State.AWAITING_FIN, engine.awaitingFin, closeStartNs);
        if (channel instanceof EpollSocketChannel socket) {
            socket.shutdownOutput().addListener(shut -> {
                if (!shut.isSuccess() && state == State.AWAITING_FIN) {
                    resetByPeer();
                }
            });
        }
    }

    private void serversFin() {
        long nowNs = engine.now();
        switch (state) {
            case EXCHANGING -> {
                ExchangeDifference missing = engine.exchange.endedAfter(received);
                if (missing != null) {
                    book.ledger().differs(missing);
                }
                serverWasFirst();
                finish(CloseOutcome.EXCHANGE_FAILED);
            }
            case HOLDING -> serverWasFirst();
            case AWAITING_FIN -> {
                respondedByFin(nowNs);
                record(LatencyKind.CLOSE_HANDSHAKE, nowNs - closeStartNs);
                finish(CloseOutcome.CLOSED);
            }
            case AWAITING_PEER -> {
                stopWaiting();
                respondedByFin(nowNs);
                record(LatencyKind.PEER_CLOSE, nowNs - exchangeEndNs);
                serverWasFirst();
                holdThenClose(nowNs);
            }
            case CONNECTING, LEFT_OPEN, CLOSING, ENDED -> {
                // It changes nothing.
            }
        }
    }

    /** Without an answer the server's FIN is the first that is heard of its application. */
    private void respondedByFin(long nowNs) {
        if (!engine.exchange.isAnswered()) {
            record(LatencyKind.RESPONSE, nowNs - intendedNs);
        }
    }

    /** Netty closed the channel on its own, or the peer's RST did. */
    private void gone(boolean reset) {
        switch (state) {
            case EXCHANGING, HOLDING, AWAITING_FIN, AWAITING_PEER -> {
                if (reset || state != State.EXCHANGING) {
                    resetByPeer();
                } else {
                    serversFin();
                }
            }
            case CONNECTING, LEFT_OPEN, CLOSING, ENDED -> {
                // Its outcome is written already, or comes with the connect future.
            }
        }
    }

    @Override
    void timeIsUp() {
        switch (state) {
            case EXCHANGING -> finish(CloseOutcome.EXCHANGE_FAILED);
            case HOLDING -> {
                stopWaiting();
                close();
            }
            case AWAITING_FIN, AWAITING_PEER -> finish(CloseOutcome.CLOSE_TIMED_OUT);
            case CONNECTING, LEFT_OPEN, CLOSING, ENDED -> throw new IllegalStateException(state + " does not wait for a time");
        }
    }

    @Override
    void endOfRun() {
        if (state == State.CONNECTING) {
            fail(Outcome.ABANDONED, 0);
            return;
        }
        boolean wasLeftOpen = state == State.LEFT_OPEN;
        boolean wasClosing = state == State.CLOSING;
        stopWaiting();
        state = State.ENDED;
        if (wasLeftOpen) {
            book.ledger().leftOpenEnded();
        } else {
            long nowNs = engine.now();
            book.ledger().closed(CloseOutcome.STILL_OPEN, nowNs);
            engine.vitals.inFlight.leave(nowNs);
        }
        if (!wasClosing) {
            closeChannel();
        }
    }

    @Override
    void abort(Throwable fault) {
        engine.vitals.fault(fault);
        switch (state) {
            case CONNECTING -> fail(Outcome.OTHER, 0);
            case EXCHANGING, HOLDING, AWAITING_FIN, AWAITING_PEER -> finish(CloseOutcome.EXCHANGE_FAILED);
            case LEFT_OPEN, CLOSING, ENDED -> {
                // Its outcome is written already, or is about to be.
            }
        }
    }

    private void resetByPeer() {
        serverWasFirst();
        finish(CloseOutcome.RESET_BY_PEER);
    }

    /** No connection came of this arrival. */
    private void fail(Outcome outcome, int errno) {
        if (!started) {
            starts();
        }
        stopWaiting();
        state = State.ENDED;
        closeChannel();
        book.ledger().failed(outcome, errno);
        engine.vitals.failed(outcome);
        engine.vitals.inFlight.leave(engine.now());
    }

    /** The connection ends here. Netty closes at once, or on a thread of its own when SO_LINGER has a time. */
    private void finish(CloseOutcome outcome) {
        stopWaiting();
        clientWasFirst();
        long beforeNs = engine.now();
        state = State.CLOSING;
        ChannelFuture closed = closeChannel();
        if (closed == null || closed.isDone()) {
            closed(outcome, beforeNs);
        } else {
            engine.closing.add(this, beforeNs);
            closed.addListener(_ -> closed(outcome, beforeNs));
        }
    }

    private void closed(CloseOutcome outcome, long beforeNs) {
        if (state != State.CLOSING) {
            return;
        }
        stopWaiting();
        state = State.ENDED;
        long afterNs = engine.now();
        if (outcome == CloseOutcome.CLOSED) {
            record(engine.plan.close() instanceof ClientClose.Linger ? LatencyKind.LINGER_CLOSE : LatencyKind.CLOSE_CALL,
                    afterNs - beforeNs);
        }
        book.ledger().closed(outcome, afterNs);
        engine.vitals.inFlight.leave(afterNs);
    }

    private @Nullable ChannelFuture closeChannel() {
        Channel open = channel;
        return open == null || !open.isRegistered() ? null : open.close();
    }

    private void serverWasFirst() {
        if (!closerKnown) {
            closerKnown = true;
            book.ledger().serverFirst();
        }
    }

    private void clientWasFirst() {
        if (!closerKnown) {
            closerKnown = true;
            book.ledger().clientFirst();
        }
    }

    private void record(LatencyKind kind, long latencyNs) {
        book.latencies().record(kind, latencyNs);
    }

    /** What the pipeline tells. */
    private final class Events extends ChannelDuplexHandler {

        @Override
        public void connect(
                ChannelHandlerContext context, SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
            starts();
            context.connect(remote, local, promise);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (state == State.CONNECTING) {
                established((EpollSocketChannel) context.channel());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (message instanceof ByteBuf bytes) {
                    bytesRead(bytes);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                serversFin();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gone(false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof IOException) {
                gone(true);
            } else {
                abort(cause);
            }
        }
    }
}
