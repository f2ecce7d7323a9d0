package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EAGAIN;
import static dev.netchurn.linux.Errno.ETIMEDOUT;

import dev.netchurn.kernel.TcpInfo;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.latency.LatencyKind;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends once its exchange is over: it holds, closes in the plan's way, waits for the server's FIN where it
 * is to hear from it, and knows who was first. Owned by the event loop, used again with its connection.
 *
 * <p>Where the server closes first, the hold lies between its FIN and our close.
 */
final class Ending {

    private enum State {
        NOT_YET, HOLDING, AWAITING_FIN, AWAITING_PEER, LINGERING, LEFT_OPEN
    }

    private final Connection connection;
    private final ConnectionSocket socket;
    private final Connections loop;
    private final Syscalls syscalls;
    private final ConnectionPlan plan;
    private final ExchangeBuffers buffers;
    private State state = State.NOT_YET;
    private long exchangeEndNs;
    private long closeStartNs;
    private @Nullable LingeringClose lingering;

    Ending(Connection connection, ConnectionSocket socket, Connections loop) {
        this.connection = connection;
        this.socket = socket;
        this.loop = loop;
        this.syscalls = loop.syscalls;
        this.plan = loop.plan;
        this.buffers = loop.buffers;
    }

    void restart() {
        state = State.NOT_YET;
    }

    /** The exchange is over. */
    void begin(long nowNs) {
        exchangeEndNs = nowNs;
        switch (plan.close()) {
            case ClientClose.Peer _ -> {
                state = State.AWAITING_PEER;
                loop.closing.add(connection, nowNs);
                socket.watchReadable();
            }
            case ClientClose.Never _ -> {
                state = State.LEFT_OPEN;
                loop.leftOpen.add(connection, nowNs);
                connection.ledger().leftOpen();
                loop.inFlight.leave(nowNs);
            }
            case ClientClose.Graceful _, ClientClose.Fin _, ClientClose.Rst _, ClientClose.Unread _, ClientClose.Linger _ ->
                    holdThenClose(nowNs);
        }
    }

    private void holdThenClose(long nowNs) {
        if (plan.holdNs() > 0) {
            state = State.HOLDING;
            loop.holding.add(connection, nowNs);
        } else {
            close();
        }
    }

    private void close() {
        switch (plan.close()) {
            case ClientClose.Graceful _ -> closeGracefully();
            case ClientClose.Fin _, ClientClose.Rst _, ClientClose.Linger _ -> closeAtOnce();
            case ClientClose.Unread _ -> closeUnread();
            case ClientClose.Peer _, ClientClose.Never _ -> connection.finish(CloseOutcome.CLOSED);
        }
    }

    /** A bare connection that was not held is closed without a look: that would be one system call more. */
    private void closeAtOnce() {
        boolean bare = plan.holdNs() == 0 && !buffers.isExchange();
        if (bare || lookBeforeClose()) {
            if (loop.closers == null) {
                connection.finish(CloseOutcome.CLOSED);
            } else {
                handOver(loop.closers);
            }
        }
    }

    /** Gives the socket to a closer; {@link Connection#lingered} goes on when it has come back. */
    private void handOver(Closers closers) {
        LingeringClose close = lingering;
        if (close == null) {
            close = new LingeringClose(connection, loop.returned);
            lingering = close;
        }
        connection.clientWasFirst();
        long nowNs = loop.now();
        state = State.LINGERING;
        loop.lingering.add(connection, nowNs);
        close.handedOverNs = nowNs;
        close.fd = socket.giveUp();
        closers.handOver(close);
    }

    /** The run ends before the closer has come back, which may still write to what it was given. */
    void leaveToCloser() {
        lingering = null;
    }

    /** Behind the unread reply a peek sees neither FIN nor RST; the state of the socket tells of them. */
    private void closeUnread() {
        int state = stateOfSocket();
        if (state == TcpState.CLOSE.number()) {
            connection.resetByPeer();
            return;
        }
        if (state == TcpState.CLOSE_WAIT.number()) {
            connection.serverWasFirst();
        }
        long bytes = syscalls.peek(socket.number(), buffers.scratch, buffers.scratch.byteSize());
        if (bytes > 0) {
            connection.ledger().unreadClose();
            connection.ledger().unreadBytes(bytes);
        }
        connection.finish(CloseOutcome.CLOSED);
    }

    private int stateOfSocket() {
        int length = syscalls.getOption(socket.number(), Syscalls.SOL_TCP, Syscalls.TCP_INFO, buffers.state);
        return length < 1 ? TcpState.CLOSE.number() : TcpInfo.state(buffers.state);
    }

    /**
     * Sees whether the server has closed, and whether bytes are left that turn our close into an RST. False when the
     * connection is over.
     */
    private boolean lookBeforeClose() {
        long result = syscalls.peek(socket.number(), buffers.scratch, buffers.scratch.byteSize());
        if (result == 0) {
            connection.serverWasFirst();
        } else if (result > 0) {
            connection.ledger().unreadClose();
            connection.ledger().unreadBytes(result);
        } else if (result != -EAGAIN) {
            connection.resetByPeer();
            return false;
        }
        return true;
    }

    /**
     * The read comes before shutdown(2), not after it: a server that waits for the client cannot have answered at once
     * anyway, and so the same call tells who was first.
     */
    private void closeGracefully() {
        long result = readUnasked();
        if (result == 0) {
            connection.serverWasFirst();
            respondedByFin(loop.now());
            connection.finish(CloseOutcome.CLOSED);
            return;
        }
        closeStartNs = loop.now();
        if (result != -EAGAIN || syscalls.shutdownWrite(socket.number()) < 0) {
            connection.resetByPeer();
            return;
        }
        connection.clientWasFirst();
        state = State.AWAITING_FIN;
        loop.closing.add(connection, closeStartNs);
        socket.watchReadable();
    }

    /** Reads what nobody asked for, or what comes after our FIN. Returns 0 at the server's FIN, −EAGAIN when it is open, another −errno at its RST. */
    private long readUnasked() {
        for (int pieces = 0; pieces < Connections.MOST_PIECES_PER_TURN; pieces++) {
            long result = syscalls.recv(socket.number(), buffers.scratch, buffers.scratch.byteSize());
            if (result <= 0) {
                return result;
            }
            if (state == State.AWAITING_FIN) {
                connection.ledger().bytesAfterFin(result);
            } else {
                connection.ledger().unreadBytes(result);
            }
        }
        // There may be more; the event loop turns to others before.
        return -EAGAIN;
    }

    /** An event came. */
    void ready() {
        switch (state) {
            case AWAITING_FIN, AWAITING_PEER -> awaitFin();
            case NOT_YET, HOLDING, LINGERING, LEFT_OPEN -> {
                // A late event of a wait that is over.
            }
        }
    }

    private void awaitFin() {
        long result = readUnasked();
        if (result == -EAGAIN) {
            socket.keepWatchingReadable();
        } else if (result == -ETIMEDOUT) {
            // Our FIN, or what was sent before it, was never acknowledged.
            connection.finish(CloseOutcome.CLOSE_TIMED_OUT);
        } else if (result < 0) {
            connection.resetByPeer();
        } else {
            finRead(loop.now());
        }
    }

    private void finRead(long nowNs) {
        connection.stopWaiting();
        respondedByFin(nowNs);
        if (state == State.AWAITING_FIN) {
            connection.record(LatencyKind.CLOSE_HANDSHAKE, nowNs - closeStartNs);
            connection.finish(CloseOutcome.CLOSED);
        } else {
            connection.record(LatencyKind.PEER_CLOSE, nowNs - exchangeEndNs);
            connection.serverWasFirst();
            holdThenClose(nowNs);
        }
    }

    /** Without an answer the server's FIN is the first that is heard of its application. */
    private void respondedByFin(long nowNs) {
        if (!buffers.isAnswered()) {
            connection.recordResponse(nowNs);
        }
    }

    /** The hold is over, or the server's FIN has not come in time. */
    void timeIsUp() {
        switch (state) {
            case HOLDING -> {
                connection.stopWaiting();
                close();
            }
            case AWAITING_FIN, AWAITING_PEER -> connection.finish(CloseOutcome.CLOSE_TIMED_OUT);
            case NOT_YET, LINGERING, LEFT_OPEN -> throw new IllegalStateException(state + " does not wait for a time");
        }
    }

    boolean isLeftOpen() {
        return state == State.LEFT_OPEN;
    }
}
