package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EAGAIN;
import static dev.netchurn.linux.Errno.EALREADY;
import static dev.netchurn.linux.Errno.EINPROGRESS;
import static dev.netchurn.linux.Errno.EISCONN;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.latency.LatencyKind;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection: connect, exchange, hold, close. Each arrival ends in exactly one outcome, and each established
 * connection in exactly one close outcome; both are written by {@link #fail} and {@link #finish} alone.
 *
 * <p>Owned by its event loop and used again for the next arrival when it has ended. Whatever is not over at once waits in
 * exactly one {@link TimeoutQueue}, so the loop finds every live connection at the end.
 */
final class Connection {

    private enum State {
        IDLE, CONNECTING, SENDING, RECEIVING, HOLDING, AWAITING_FIN, AWAITING_PEER, LEFT_OPEN
    }

    private final Connections loop;
    private final Syscalls syscalls;
    private final ConnectionPlan plan;
    private final ExchangeBuffers buffers;
    private final WatchedSocket socket;

    // Links of the queue that this connection waits in, kept by TimeoutQueue.
    @Nullable TimeoutQueue queue;
    @Nullable Connection previous;
    @Nullable Connection next;
    long waitingSinceNs;

    private State state = State.IDLE;
    private PhaseBook book;
    private @Nullable SocketAddress target;
    private long intendedNs;
    private long startNs;
    private long exchangeEndNs;
    private long closeStartNs;
    private int sent;
    private int received;
    private boolean closerKnown;

    Connection(Connections loop, PhaseBook anyBook) {
        this.loop = loop;
        this.syscalls = loop.syscalls;
        this.plan = loop.plan;
        this.buffers = loop.buffers;
        this.socket = new WatchedSocket(this, loop.syscalls, loop.epoll);
        this.book = anyBook;
    }

    /** Begins an arrival. May be over when it returns. */
    void begin(PhaseBook phaseBook, long intended, SocketAddress to, @Nullable SocketAddress from) {
        book = phaseBook;
        target = to;
        sent = 0;
        received = 0;
        closerKnown = false;
        state = State.CONNECTING;
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
        int result = syscalls.connect(socket.number(), to);
        if (result == -EINPROGRESS && loop.eager.isOn()) {
            result = connectAgain(to);
        } else if (result == -EINPROGRESS) {
            book.ledger().notEager();
        }
        if (result == 0) {
            established(loop.now());
        } else if (result == -EINPROGRESS) {
            loop.connecting.add(this, startNs);
            socket.watchWritable();
        } else {
            connectFailed(-result);
        }
    }

    /** The immediate second call: 0 = established, −EINPROGRESS = wait for it, else the handshake has failed. */
    private int connectAgain(SocketAddress to) {
        int result = syscalls.connect(socket.number(), to);
        if (result == -EALREADY || result == -EINPROGRESS) {
            loop.eager.miss();
            book.ledger().eagerMiss();
            return -EINPROGRESS;
        }
        loop.eager.hit();
        if (result == 0 || result == -EISCONN) {
            book.ledger().eagerHit();
            return 0;
        }
        return result;
    }

    private void established(long nowNs) {
        stopWaiting();
        if (plan.checkSelfConnect() && isConnectedToItself()) {
            // RST, so that no TIME_WAIT stays on the target's port.
            syscalls.setLinger(socket.number(), true, 0);
            fail(Outcome.SELF_CONNECTED, 0);
            return;
        }
        book.ledger().established();
        record(LatencyKind.CONNECT, nowNs - startNs);
        if (loop.openLoop) {
            record(LatencyKind.CONNECT_FROM_INTENDED, nowNs - intendedNs);
        }
        if (loop.probe.isDue(nowNs - startNs)) {
            probeHandshake();
        }
        waitingSinceNs = nowNs;
        if (buffers.isExchange()) {
            send();
        } else {
            exchangeOver(nowNs);
        }
    }

    private boolean isConnectedToItself() {
        SocketAddress to = target;
        return to != null && syscalls.readLocalName(socket.number()) == 0 && syscalls.localNameIs(to);
    }

    private void probeHandshake() {
        if (!loop.probe.read(socket.number())) {
            return;
        }
        int repeats = loop.probe.synRetransmits();
        book.ledger().synRetransmits(repeats);
        if (repeats == 0) {
            record(LatencyKind.KERNEL_RTT, loop.probe.rttNs());
        }
    }

    private void send() {
        state = State.SENDING;
        while (sent < buffers.requestBytes) {
            long count = Math.min(buffers.requestBytes - sent, buffers.request.byteSize());
            long result = syscalls.send(socket.number(), buffers.request, count);
            if (result == -EAGAIN) {
                awaitExchange();
                socket.watchWritable();
                return;
            }
            if (result < 0) {
                resetByPeer();
                return;
            }
            sent += (int) result;
        }
        receive();
    }

    private void receive() {
        state = State.RECEIVING;
        while (received < buffers.responseBytes) {
            long result = syscalls.recv(socket.number(), buffers.scratch, buffers.scratch.byteSize());
            if (result == -EAGAIN) {
                awaitExchange();
                socket.watchReadable();
                return;
            }
            if (result < 0) {
                resetByPeer();
                return;
            }
            if (result == 0) {
                serverWasFirst();
                finish(CloseOutcome.EXCHANGE_FAILED);
                return;
            }
            if (received == 0) {
                record(LatencyKind.RESPONSE, loop.now() - intendedNs);
            }
            countReply(result);
        }
        exchangeOver(loop.now());
    }

    private void countReply(long bytes) {
        long missing = buffers.responseBytes - received;
        received += (int) Math.min(bytes, missing);
        if (bytes > missing) {
            book.ledger().unreadBytes(bytes - missing);
        }
    }

    private void awaitExchange() {
        if (queue == null) {
            loop.exchanging.add(this, waitingSinceNs);
        }
    }

    private void exchangeOver(long nowNs) {
        stopWaiting();
        exchangeEndNs = nowNs;
        switch (plan.close()) {
            case PEER -> {
                state = State.AWAITING_PEER;
                loop.closing.add(this, nowNs);
                socket.watchReadable();
            }
            case NEVER -> {
                state = State.LEFT_OPEN;
                loop.leftOpen.add(this, nowNs);
                book.ledger().leftOpen();
                loop.inFlight.leave(nowNs);
            }
            case GRACEFUL, FIN, RST -> holdThenClose(nowNs);
        }
    }

    private void holdThenClose(long nowNs) {
        if (plan.holdNs() > 0) {
            state = State.HOLDING;
            loop.holding.add(this, nowNs);
        } else {
            beginClose();
        }
    }

    private void beginClose() {
        switch (plan.close()) {
            case GRACEFUL -> closeGracefully();
            case FIN, RST -> {
                if ((plan.holdNs() == 0 && !buffers.isExchange()) || lookBeforeClose()) {
                    finish(CloseOutcome.CLOSED);
                }
            }
            case PEER, NEVER -> finish(CloseOutcome.CLOSED);
        }
    }

    /**
     * Sees whether the server has closed and whether bytes are left that turn our close into an RST. A bare connection that
     * is closed at once does without, as it would cost one system call more. False when the connection is over.
     */
    private boolean lookBeforeClose() {
        long result = syscalls.peek(socket.number(), buffers.scratch, buffers.scratch.byteSize());
        if (result == 0) {
            serverWasFirst();
        } else if (result > 0) {
            book.ledger().unreadClose();
            book.ledger().unreadBytes(result);
        } else if (result != -EAGAIN) {
            resetByPeer();
            return false;
        }
        return true;
    }

    /**
     * The read comes before shutdown(2), not after it: an after-client server cannot have answered at once anyway, and so the
     * same call tells exactly who was first.
     */
    private void closeGracefully() {
        long result = readUnasked();
        if (result == 0) {
            serverWasFirst();
            respondedByFin(loop.now());
            finish(CloseOutcome.CLOSED);
            return;
        }
        closeStartNs = loop.now();
        if ((result < 0 && result != -EAGAIN) || syscalls.shutdownWrite(socket.number()) < 0) {
            resetByPeer();
            return;
        }
        clientWasFirst();
        state = State.AWAITING_FIN;
        loop.closing.add(this, closeStartNs);
        socket.watchReadable();
    }

    /** Reads what nobody asked for. Returns 0 at the server's FIN, −EAGAIN when it is open, another −errno when it reset. */
    private long readUnasked() {
        long result = syscalls.recv(socket.number(), buffers.scratch, buffers.scratch.byteSize());
        for (int pieces = 1; result > 0; pieces++) {
            book.ledger().unreadBytes(result);
            if (pieces == Connections.MOST_PIECES_PER_TURN) {
                return -EAGAIN;
            }
            result = syscalls.recv(socket.number(), buffers.scratch, buffers.scratch.byteSize());
        }
        return result;
    }

    private void finReady() {
        long result = readUnasked();
        if (result == -EAGAIN) {
            socket.watchReadable();
        } else if (result < 0) {
            resetByPeer();
        } else {
            finRead(loop.now());
        }
    }

    private void finRead(long nowNs) {
        stopWaiting();
        respondedByFin(nowNs);
        if (state == State.AWAITING_FIN) {
            record(LatencyKind.CLOSE_HANDSHAKE, nowNs - closeStartNs);
            finish(CloseOutcome.CLOSED);
        } else {
            record(LatencyKind.PEER_CLOSE, nowNs - exchangeEndNs);
            serverWasFirst();
            holdThenClose(nowNs);
        }
    }

    private void respondedByFin(long nowNs) {
        if (!buffers.isExchange()) {
            record(LatencyKind.RESPONSE, nowNs - intendedNs);
        }
    }

    /** An event came. {@code broken} tells of an error or a hang-up. */
    void ready(boolean broken) {
        switch (state) {
            case CONNECTING -> connectReady(broken);
            case SENDING -> send();
            case RECEIVING -> receive();
            case AWAITING_FIN, AWAITING_PEER -> finReady();
            case IDLE, HOLDING, LEFT_OPEN -> {
                // A late event of a wait that is over.
            }
        }
    }

    private void connectReady(boolean broken) {
        long nowNs = loop.now();
        int error = broken ? syscalls.pendingError(socket.number()) : 0;
        if (error == 0) {
            established(nowNs);
        } else {
            connectFailed(-error);
        }
    }

    /**
     * An RST in SYN_SENT is ECONNREFUSED, so a reset means that the kernel had established the connection (tcp_reset in
     * net/ipv4/tcp_input.c). Where the server is to end it, it was only quicker than our look.
     */
    private void connectFailed(int errno) {
        Outcome outcome = ErrnoOutcome.of(errno);
        if (outcome == Outcome.RESET && plan.close() == ClientClose.PEER) {
            stopWaiting();
            book.ledger().established();
            record(LatencyKind.CONNECT, loop.now() - startNs);
            resetByPeer();
        } else {
            fail(outcome, errno);
        }
    }

    /** The time of the queue that this connection waits in is up. */
    void timeIsUp() {
        switch (state) {
            case CONNECTING -> fail(Outcome.TIMED_OUT, 0);
            case SENDING, RECEIVING -> finish(CloseOutcome.EXCHANGE_FAILED);
            case HOLDING -> {
                stopWaiting();
                beginClose();
            }
            case AWAITING_FIN, AWAITING_PEER -> finish(CloseOutcome.CLOSE_TIMED_OUT);
            case IDLE, LEFT_OPEN -> throw new IllegalStateException(state + " does not wait for a time");
        }
    }

    /** The run is over. */
    void endOfRun() {
        switch (state) {
            case CONNECTING -> fail(Outcome.ABANDONED, 0);
            case LEFT_OPEN -> {
                stopWaiting();
                socket.closeDescriptor();
                book.ledger().leftOpenEnded();
                release();
            }
            case SENDING, RECEIVING, HOLDING, AWAITING_FIN, AWAITING_PEER -> finish(CloseOutcome.STILL_OPEN);
            case IDLE -> throw new IllegalStateException("an idle connection is not live");
        }
    }

    /** A fault of our own: the connection ends, so that the sums hold; the fault is counted apart and voids the run. */
    void abort(Throwable fault) {
        loop.fault(fault);
        switch (state) {
            case CONNECTING -> fail(Outcome.OTHER, 0);
            case SENDING, RECEIVING, HOLDING, AWAITING_FIN, AWAITING_PEER -> finish(CloseOutcome.EXCHANGE_FAILED);
            case IDLE, LEFT_OPEN -> {
                // Its outcome is written already.
            }
        }
    }

    private void resetByPeer() {
        serverWasFirst();
        finish(CloseOutcome.RESET_BY_PEER);
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
    private void finish(CloseOutcome outcome) {
        stopWaiting();
        if (outcome != CloseOutcome.STILL_OPEN) {
            clientWasFirst();
        }
        long beforeNs = loop.now();
        socket.closeDescriptor();
        long afterNs = loop.now();
        if (outcome == CloseOutcome.CLOSED) {
            record(LatencyKind.CLOSE_CALL, afterNs - beforeNs);
        }
        book.ledger().closed(outcome);
        loop.inFlight.leave(afterNs);
        release();
    }

    private void release() {
        state = State.IDLE;
        loop.release(this);
    }

    private void stopWaiting() {
        TimeoutQueue waitedIn = queue;
        if (waitedIn != null) {
            waitedIn.remove(this);
        }
    }

    private void record(LatencyKind kind, long latencyNs) {
        book.latencies().record(kind, latencyNs);
    }

    Connections loop() {
        return loop;
    }
}
