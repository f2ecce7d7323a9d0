package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.latency.LatencyKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection on a stock Netty channel; the same steps, outcomes and clocks as {@link Connection}, learned
 * from {@linkplain ChannelEvents events} instead of system calls. Automatic reads take every byte out of the receive queue, so
 * an unread byte never turns the close of this engine into an RST.
 *
 * <p>Owned by its event loop; made for one arrival.
 */
final class ChannelConnection extends BookedConnection {

    private enum State {
        CONNECTING, EXCHANGING, ENDING, CLOSING, ENDED
    }

    private final ChannelEngine engine;
    private final InetSocketAddress target;
    private final long intendedNs;
    private final ChannelExchanging exchange;
    private final ChannelEnding ending;
    private State state = State.CONNECTING;
    private @Nullable Channel channel;
    private boolean started;

    ChannelConnection(ChannelEngine engine, PhaseBook book, InetSocketAddress target, long intendedNs) {
        super(engine.vitals, book);
        this.engine = engine;
        this.target = target;
        this.intendedNs = intendedNs;
        this.exchange = new ChannelExchanging(this, engine);
        this.ending = new ChannelEnding(this, engine);
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
    void starts() {
        started = true;
        starts(engine.now(), intendedNs, engine.openLoop);
        ledger().notEager();
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

    void active(EpollSocketChannel active) {
        if (state == State.CONNECTING) {
            established(active);
        }
    }

    private void established(EpollSocketChannel socket) {
        long nowNs = engine.now();
        stopWaiting();
        if (engine.plan.checkSelfConnect() && socket.localAddress().equals(socket.remoteAddress())) {
            // RST, so that no TIME_WAIT stays on the target's port.
            socket.config().setSoLinger(0);
            fail(Outcome.SELF_CONNECTED, 0);
            return;
        }
        handshakeComplete(nowNs);
        engine.probe.established(socket.fd().intValue(), book(), target, startNs, nowNs);
        if (engine.exchange.isExchange()) {
            state = State.EXCHANGING;
            engine.exchanging.add(this, connectedNs);
            exchange.begin(socket);
        } else {
            exchangeOver(nowNs);
        }
    }

    void bytesRead(ByteBuf bytes) {
        switch (state) {
            case EXCHANGING -> exchange.bytesRead(bytes);
            case CONNECTING, ENDING, CLOSING -> ending.bytesRead(bytes.readableBytes());
            case ENDED -> {
                // Its books are closed.
            }
        }
    }

    boolean isExchanging() {
        return state == State.EXCHANGING;
    }

    void exchangeOver(long nowNs) {
        stopWaiting();
        state = State.ENDING;
        ending.begin(nowNs);
    }

    void serversFin() {
        switch (state) {
            case EXCHANGING -> exchange.serversFin();
            case ENDING -> ending.serversFin();
            case CONNECTING, CLOSING, ENDED -> {
                // It changes nothing.
            }
        }
    }

    /** Netty closed the channel on its own, or the peer's RST did. */
    void gone(boolean reset) {
        switch (state) {
            case EXCHANGING -> {
                if (reset) {
                    resetByPeer();
                } else {
                    serversFin();
                }
            }
            case ENDING -> ending.gone();
            case CONNECTING, CLOSING, ENDED -> {
                // Its outcome is written already, or comes with the connect future.
            }
        }
    }

    @Override
    void timeIsUp() {
        switch (state) {
            case EXCHANGING -> finish(CloseOutcome.EXCHANGE_FAILED);
            case ENDING -> ending.timeIsUp();
            case CONNECTING, CLOSING, ENDED -> throw new IllegalStateException(state + " does not wait for a time");
        }
    }

    @Override
    void endOfRun() {
        if (state == State.CONNECTING) {
            fail(Outcome.ABANDONED, 0);
            return;
        }
        boolean wasLeftOpen = state == State.ENDING && ending.isLeftOpen();
        boolean wasClosing = state == State.CLOSING;
        stopWaiting();
        state = State.ENDED;
        if (wasLeftOpen) {
            ledger().leftOpenEnded();
        } else {
            long nowNs = engine.now();
            ledger().closed(CloseOutcome.STILL_OPEN, nowNs);
            vitals.inFlight.leave(nowNs);
        }
        if (!wasClosing) {
            closeChannel();
        }
    }

    @Override
    void abort(Throwable fault) {
        vitals.fault(fault);
        switch (state) {
            case CONNECTING -> fail(Outcome.OTHER, 0);
            case EXCHANGING -> finish(CloseOutcome.EXCHANGE_FAILED);
            case ENDING -> {
                if (!ending.isLeftOpen()) {
                    finish(CloseOutcome.EXCHANGE_FAILED);
                }
            }
            case CLOSING, ENDED -> {
                // Its outcome is written already, or is about to be.
            }
        }
    }

    boolean isOver() {
        return state == State.CLOSING || state == State.ENDED;
    }

    void resetByPeer() {
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
        ledger().failed(outcome, errno);
        vitals.failed(outcome);
        vitals.inFlight.leave(engine.now());
    }

    /** The connection ends here. Netty closes at once, or on a thread of its own when SO_LINGER has a time. */
    void finish(CloseOutcome outcome) {
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
        ledger().closed(outcome, afterNs);
        vitals.inFlight.leave(afterNs);
    }

    private @Nullable ChannelFuture closeChannel() {
        Channel open = channel;
        return open == null || !open.isRegistered() ? null : open.close();
    }

    /** The channel as the socket that it is; null when none could be made. */
    @Nullable EpollSocketChannel socket() {
        return channel instanceof EpollSocketChannel socket ? socket : null;
    }
}
