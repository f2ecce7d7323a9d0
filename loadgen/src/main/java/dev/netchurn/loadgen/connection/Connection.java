package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EINPROGRESS;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.latency.LatencyKind;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection: connect, exchange, {@linkplain Ending end}. Each arrival ends in exactly one outcome, and each
 * established connection in exactly one close outcome; they are written by {@link #fail}, {@link #finish} and
 * {@link #endOfRun} alone.
 *
 * <p>Owned by its event loop and used again for the next arrival when it has ended. Whatever is not over at once waits in
 * exactly one {@link TimeoutQueue}, so the loop finds every live connection at the end.
 */
final class Connection extends Waiting {

    private enum State {
        IDLE, CONNECTING, EXCHANGING, ENDING
    }

    /** Kept by the pool. */
    @Nullable Connection nextIdle;

    private final Connections loop;
    private final Syscalls syscalls;
    private final WatchedSocket socket;
    private final ExchangeProgress exchange;
    private final Ending ending;
    private State state = State.IDLE;
    private PhaseBook book;
    private @Nullable SocketAddress target;
    private long intendedNs;
    private long startNs;
    private long connectedNs;

    Connection(Connections loop, PhaseBook anyBook) {
        this.loop = loop;
        this.syscalls = loop.syscalls;
        this.book = anyBook;
        this.socket = new WatchedSocket(this, loop.syscalls, loop.epoll);
        this.exchange = new ExchangeProgress(loop.syscalls, loop.buffers);
        this.ending = new Ending(this, socket, loop);
    }

    /** Begins an arrival. It may be over when this returns. */
    void begin(PhaseBook phaseBook, long intended, SocketAddress to, @Nullable SocketAddress from) {
        book = phaseBook;
        target = to;
        state = State.CONNECTING;
        exchange.restart();
        ending.restart();
        int fd = socket.open(to.family());
        int result = fd < 0 ? fd : loop.setUp.apply(syscalls, fd, from);
        startNs = loop.now();
        intendedNs = loop.openLoop ? intended : startNs;
        record(LatencyKind.WAIT, startNs - intendedNs);
        if (result < 0) {
            fail(ErrnoOutcome.of(-result), -result);
        } else {
            connect(to);
        }
    }

    private void connect(SocketAddress to) {
        int result = loop.eager.connect(syscalls, socket.number(), to, book.ledger());
        if (result == 0) {
            established(loop.now());
        } else if (result == -EINPROGRESS) {
            loop.connecting.add(this, startNs);
            socket.watchWritable();
        } else {
            notConnected(-result);
        }
    }

    private void notConnected(int errno) {
        if (ErrnoOutcome.isResetAfterHandshake(errno)) {
            handshakeComplete(loop.now());
            resetByPeer();
        } else {
            fail(ErrnoOutcome.of(errno), errno);
        }
    }

    private void established(long nowNs) {
        stopWaiting();
        if (loop.plan.checkSelfConnect() && isConnectedToItself()) {
            // RST, so that no TIME_WAIT stays on the target's port.
            syscalls.setLinger(socket.number(), true, 0);
            fail(Outcome.SELF_CONNECTED, 0);
            return;
        }
        handshakeComplete(nowNs);
        SocketAddress to = target;
        if (to != null) {
            loop.probe.established(socket.number(), book, to, startNs, nowNs);
        }
        if (loop.buffers.isExchange()) {
            state = State.EXCHANGING;
            exchange();
        } else {
            exchangeOver(nowNs);
        }
    }

    private void handshakeComplete(long nowNs) {
        connectedNs = nowNs;
        book.ledger().established();
        loop.vitals().answered();
        record(LatencyKind.CONNECT, nowNs - startNs);
        record(LatencyKind.CONNECT_FROM_INTENDED, nowNs - intendedNs);
    }

    private boolean isConnectedToItself() {
        SocketAddress to = target;
        return to != null && syscalls.readLocalName(socket.number()) == 0 && syscalls.localNameIs(to);
    }

    private void exchange() {
        ExchangeProgress.Step step = exchange.advance(socket.number());
        if (step == ExchangeProgress.Step.ANSWERED) {
            recordResponse(loop.now());
            step = exchange.advance(socket.number());
        }
        switch (step) {
            case WANTS_TO_SEND -> {
                awaitExchange();
                socket.watchWritable();
            }
            case WANTS_TO_READ -> {
                awaitExchange();
                socket.watchReadable();
            }
            case ANSWERED, COMPLETE -> {
                book.ledger().unreadBytes(exchange.surplus());
                exchangeOver(loop.now());
            }
            case DIFFERENT -> {
                book.ledger().differs(exchange);
                finish(CloseOutcome.EXCHANGE_FAILED);
            }
            case FIN -> {
                book.ledger().differs(exchange);
                ending.serverWasFirst();
                finish(CloseOutcome.EXCHANGE_FAILED);
            }
            case RESET -> resetByPeer();
        }
    }

    private void awaitExchange() {
        if (queue == null) {
            loop.exchanging.add(this, connectedNs);
        }
    }

    private void exchangeOver(long nowNs) {
        stopWaiting();
        state = State.ENDING;
        ending.begin(nowNs);
    }

    /** An event came. {@code broken} tells of an error or a hang-up. */
    void ready(boolean broken) {
        switch (state) {
            case CONNECTING -> connectReady(broken);
            case EXCHANGING -> exchange();
            case ENDING -> ending.ready();
            case IDLE -> {
                // A late event of a connection that is over.
            }
        }
    }

    private void connectReady(boolean broken) {
        long nowNs = loop.now();
        int error = broken ? syscalls.pendingError(socket.number()) : 0;
        if (error == 0) {
            established(nowNs);
        } else {
            notConnected(-error);
        }
    }

    @Override
    void timeIsUp() {
        switch (state) {
            case CONNECTING -> fail(Outcome.TIMED_OUT, 0);
            case EXCHANGING -> finish(CloseOutcome.EXCHANGE_FAILED);
            case ENDING -> ending.timeIsUp();
            case IDLE -> throw new IllegalStateException("an idle connection does not wait");
        }
    }

    /** What is connecting is abandoned, what is open is still open. */
    @Override
    void endOfRun() {
        if (state == State.CONNECTING) {
            fail(Outcome.ABANDONED, 0);
        } else if (ending.isLeftOpen()) {
            stopWaiting();
            socket.closeDescriptor();
            book.ledger().leftOpenEnded();
            release();
        } else {
            finish(CloseOutcome.STILL_OPEN);
        }
    }

    @Override
    void abort(Throwable fault) {
        loop.fault(fault);
        switch (state) {
            case CONNECTING -> fail(Outcome.OTHER, 0);
            case EXCHANGING -> finish(CloseOutcome.EXCHANGE_FAILED);
            case ENDING -> {
                if (!ending.isLeftOpen()) {
                    finish(CloseOutcome.EXCHANGE_FAILED);
                }
            }
            case IDLE -> {
                // Its outcome is written already.
            }
        }
    }

    void resetByPeer() {
        ending.serverWasFirst();
        finish(CloseOutcome.RESET_BY_PEER);
    }

    /** No connection came of this arrival. */
    private void fail(Outcome outcome, int errno) {
        stopWaiting();
        socket.closeDescriptor();
        book.ledger().failed(outcome, errno);
        loop.failed(outcome);
        loop.inFlight.leave(loop.now());
        release();
    }

    /** The connection ends here, in whatever state it is. */
    void finish(CloseOutcome outcome) {
        stopWaiting();
        if (outcome != CloseOutcome.STILL_OPEN) {
            ending.clientWasFirst();
        }
        long beforeNs = loop.now();
        socket.closeDescriptor();
        long afterNs = loop.now();
        if (outcome == CloseOutcome.CLOSED) {
            record(LatencyKind.CLOSE_CALL, afterNs - beforeNs);
        }
        book.ledger().closed(outcome, afterNs);
        loop.inFlight.leave(afterNs);
        release();
    }

    private void release() {
        state = State.IDLE;
        loop.release(this);
    }

    void recordResponse(long nowNs) {
        record(LatencyKind.RESPONSE, nowNs - intendedNs);
    }

    void record(LatencyKind kind, long latencyNs) {
        book.latencies().record(kind, latencyNs);
    }

    LoopLedger ledger() {
        return book.ledger();
    }

    /** A fault that leaves the connection as it is. */
    void fault(Throwable fault) {
        loop.fault(fault);
    }
}
