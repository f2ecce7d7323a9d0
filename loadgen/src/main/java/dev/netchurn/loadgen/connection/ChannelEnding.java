package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.latency.LatencyKind;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * How a connection on a stock Netty channel ends once its exchange is over: what {@link Ending} is to {@link Connection}, told
 * of the server's FIN and RST by events. Owned by the event loop; made for one connection.
 */
final class ChannelEnding {

    private enum State {
        NOT_YET, HOLDING, AWAITING_FIN, AWAITING_PEER, LEFT_OPEN
    }

    private final ChannelConnection connection;
    private final ChannelEngine engine;
    private State state = State.NOT_YET;
    private long exchangeEndNs;
    private long closeStartNs;

    ChannelEnding(ChannelConnection connection, ChannelEngine engine) {
        this.connection = connection;
        this.engine = engine;
    }

    /** The exchange is over. */
    void begin(long nowNs) {
        exchangeEndNs = nowNs;
        switch (engine.plan.close()) {
            case ClientClose.Peer _ -> await(State.AWAITING_PEER, engine.awaitingFin, nowNs);
            case ClientClose.Never _ -> {
                await(State.LEFT_OPEN, engine.leftOpen, nowNs);
                connection.ledger().leftOpen();
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
        where.add(connection, nowNs);
    }

    private void close() {
        switch (engine.plan.close()) {
            case ClientClose.Graceful _ -> closeGracefully();
            case ClientClose.Linger linger -> closeLingering(linger.seconds());
            case ClientClose.Fin _, ClientClose.Rst _, ClientClose.Peer _, ClientClose.Never _, ClientClose.Unread _ ->
                    connection.finish(CloseOutcome.CLOSED);
        }
    }

    /** The option is set here, so that a connection that ends otherwise does not linger. */
    private void closeLingering(int seconds) {
        EpollSocketChannel socket = connection.socket();
        if (socket != null) {
            socket.config().setSoLinger(seconds);
        }
        connection.finish(CloseOutcome.CLOSED);
        engine.askedToLinger();
    }

    private void closeGracefully() {
        closeStartNs = engine.now();
        if (connection.isCloserKnown()) {
            // The server's FIN was read while we held the connection.
            respondedByFin(closeStartNs);
            connection.finish(CloseOutcome.CLOSED);
            return;
        }
        connection.clientWasFirst();
        await(State.AWAITING_FIN, engine.awaitingFin, closeStartNs);
        EpollSocketChannel socket = connection.socket();
        if (socket != null) {
            socket.shutdownOutput().addListener(shut -> {
                if (!shut.isSuccess() && !connection.isOver()) {
                    connection.resetByPeer();
                }
            });
        }
    }

    void serversFin() {
        long nowNs = engine.now();
        switch (state) {
            case HOLDING -> connection.serverWasFirst();
            case AWAITING_FIN -> {
                respondedByFin(nowNs);
                connection.record(LatencyKind.CLOSE_HANDSHAKE, nowNs - closeStartNs);
                connection.finish(CloseOutcome.CLOSED);
            }
            case AWAITING_PEER -> {
                connection.stopWaiting();
                respondedByFin(nowNs);
                connection.record(LatencyKind.PEER_CLOSE, nowNs - exchangeEndNs);
                connection.serverWasFirst();
                holdThenClose(nowNs);
            }
            case NOT_YET, LEFT_OPEN -> {
                // It changes nothing.
            }
        }
    }

    /** Without an answer the server's FIN is the first that is heard of its application. */
    private void respondedByFin(long nowNs) {
        if (!engine.exchange.isAnswered()) {
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
            case NOT_YET, LEFT_OPEN -> throw new IllegalStateException(state + " does not wait for a time");
        }
    }

    /** The channel closed without being asked to. */
    void gone() {
        if (state != State.LEFT_OPEN) {
            connection.resetByPeer();
        }
    }

    /** Bytes that nobody asked for, or that come after our FIN. */
    void bytesRead(long bytes) {
        if (state == State.AWAITING_FIN) {
            connection.ledger().bytesAfterFin(bytes);
        } else {
            connection.ledger().unreadBytes(bytes);
        }
    }

    boolean isLeftOpen() {
        return state == State.LEFT_OPEN;
    }
}
