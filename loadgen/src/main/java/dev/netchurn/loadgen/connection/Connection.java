package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EINPROGRESS;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.latency.LatencyKind;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection: connect, exchange, {@linkplain Ending end}. Each arrival ends in exactly one outcome, and each
 * established connection in exactly one close outcome; they are written by {@link #closed} alone.
 *
 * <p>Owned by its event loop and used again for the next arrival when it has ended. Whatever is not over at once waits in
 * exactly one {@link TimeoutQueue}, so the loop finds every live connection at the end.
 */
final class Connection extends BookedConnection implements LingeringClose.Owner {

    private enum State {
        IDLE, CONNECTING, EXCHANGING, ENDING, CLOSING
    }

    /** Kept by the pool. */
    @Nullable Connection nextIdle;

    private final Connections loop;
    private final Syscalls syscalls;
    private final ConnectionSocket socket;
    private final ExchangeProgress exchange;
    private final Ending ending;
    private State state = State.IDLE;
    private @Nullable SocketAddress target;
    private long closeCallNs;
    private @Nullable Outcome failure;
    private int failureErrno;
    private @Nullable CloseOutcome end;

    Connection(Connections loop, PhaseBook anyBook) {
        super(loop.vitals(), anyBook);
        this.loop = loop;
        this.syscalls = loop.syscalls;
        this.socket = loop.sockets.newSocket(this);
        this.exchange = new ExchangeProgress(loop.syscalls, loop.buffers);
        this.ending = new Ending(this, socket, loop);
    }

    /** Begins an arrival. It may be over when this returns. */
    void begin(PhaseBook phaseBook, long intended, SocketAddress to, @Nullable SocketAddress from) {
        open(phaseBook);
        target = to;
        state = State.CONNECTING;
        exchange.restart();
        ending.restart();
        int fd = socket.open(to.family());
        int result = fd < 0 ? fd : loop.setUp.apply(syscalls, fd, from);
        starts(loop.now(), intended, loop.openLoop);
        if (result < 0) {
            fail(ErrnoOutcome.of(-result), -result);
        } else {
            connect(to);
        }
    }

    private void connect(SocketAddress to) {
        int result = socket.connect(to, ledger());
        if (result == -EINPROGRESS) {
            loop.connecting.add(this, startNs);
        } else {
            connectEnded(-result);
        }
    }

    /** The handshake is complete when {@code errno} is 0. */
    void connectEnded(int errno) {
        if (errno == 0) {
            established(loop.now());
        } else {
            notConnected(errno);
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
            loop.probe.established(socket.number(), book(), to, startNs, nowNs);
        }
        if (loop.buffers.isExchange()) {
            state = State.EXCHANGING;
            exchange();
        } else {
            exchangeOver(nowNs);
        }
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
            case WANTS_TO_READ -> awaitReply();
            case ANSWERED, COMPLETE -> {
                ledger().unreadBytes(exchange.surplus());
                exchangeOver(loop.now());
            }
            case DIFFERENT -> {
                ledger().differs(exchange);
                finish(CloseOutcome.EXCHANGE_FAILED);
            }
            case FIN -> {
                ledger().differs(exchange);
                serverWasFirst();
                finish(CloseOutcome.EXCHANGE_FAILED);
            }
            case RESET -> resetByPeer();
            case TIMED_OUT -> finish(CloseOutcome.EXCHANGE_FAILED);
        }
    }

    private void awaitReply() {
        boolean waitsAlready = isWaiting();
        awaitExchange();
        if (waitsAlready) {
            socket.keepWatchingReadable();
        } else {
            socket.watchReadable();
        }
    }

    private void awaitExchange() {
        if (!isWaiting()) {
            loop.exchanging.add(this, connectedNs);
        }
    }

    private void exchangeOver(long nowNs) {
        stopWaiting();
        state = State.ENDING;
        ending.begin(nowNs);
    }

    /** An event came that was waited for. */
    void ready() {
        switch (state) {
            case EXCHANGING -> exchange();
            case ENDING -> ending.ready();
            case IDLE, CONNECTING, CLOSING -> {
                // A late event of a connection that is over.
            }
        }
    }

    @Override
    void timeIsUp() {
        switch (state) {
            case CONNECTING -> fail(Outcome.TIMED_OUT, 0);
            case EXCHANGING -> finish(CloseOutcome.EXCHANGE_FAILED);
            case ENDING -> ending.timeIsUp();
            case IDLE, CLOSING -> throw new IllegalStateException(state + " does not wait for a time");
        }
    }

    /** What is connecting is abandoned, what is open is still open. */
    @Override
    void endOfRun() {
        if (state == State.CONNECTING) {
            fail(Outcome.ABANDONED, 0);
        } else if (ending.isLeftOpen()) {
            close(null, null);
        } else {
            ending.leaveToCloser();
            finish(CloseOutcome.STILL_OPEN);
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
            case IDLE, CLOSING -> {
                // Its outcome is known already.
            }
        }
    }

    void resetByPeer() {
        serverWasFirst();
        finish(CloseOutcome.RESET_BY_PEER);
    }

    /** No connection came of this arrival. */
    private void fail(Outcome outcome, int errno) {
        failureErrno = errno;
        vitals.failed(outcome);
        close(outcome, null);
    }

    /** The connection ends here, in whatever state it is. */
    void finish(CloseOutcome outcome) {
        if (outcome != CloseOutcome.STILL_OPEN) {
            clientWasFirst();
        }
        close(null, outcome);
    }

    /** A closer has closed the socket. */
    @Override
    public void lingered(LingeringClose close) {
        stopWaiting();
        if (close.result < 0) {
            vitals.fault(new IllegalStateException("a lingering close failed: " + Errno.name(-close.result)));
        }
        record(LatencyKind.CLOSER_QUEUE, close.startedNs - close.handedOverNs);
        record(LatencyKind.LINGER_CLOSE, close.endedNs - close.startedNs);
        failure = null;
        end = CloseOutcome.CLOSED;
        ended(loop.now());
    }

    /** Both are null for a connection that was left open. */
    private void close(@Nullable Outcome failed, @Nullable CloseOutcome ended) {
        stopWaiting();
        failure = failed;
        end = ended;
        state = State.CLOSING;
        closeCallNs = loop.now();
        socket.closeDescriptor();
    }

    /** The descriptor is closed, and the arrival has come to its end. */
    void closed() {
        long nowNs = loop.now();
        if (end == CloseOutcome.CLOSED) {
            record(LatencyKind.CLOSE_CALL, nowNs - closeCallNs);
        }
        ended(nowNs);
    }

    private void ended(long nowNs) {
        Outcome failed = failure;
        CloseOutcome ended = end;
        if (failed != null) {
            ledger().failed(failed, failureErrno);
        } else if (ended == null) {
            ledger().leftOpenEnded();
        } else {
            ledger().closed(ended, nowNs);
        }
        if (failed != null || ended != null) {
            loop.inFlight.leave(nowNs);
        }
        state = State.IDLE;
        loop.release(this);
    }

    /** A fault that leaves the connection as it is. */
    void fault(Throwable fault) {
        vitals.fault(fault);
    }
}
