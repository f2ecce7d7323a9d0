package dev.netchurn.loadgen.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/**
 * The exchange of one connection on a stock Netty channel: what {@link ExchangeProgress} is to {@link Connection}, told of the
 * reply by events. Owned by the event loop; made for one connection.
 */
final class ChannelExchanging {

    private final ChannelConnection connection;
    private final ChannelEngine engine;
    private final ChannelExchange exchange;
    private int received;

    ChannelExchanging(ChannelConnection connection, ChannelEngine engine) {
        this.connection = connection;
        this.engine = engine;
        this.exchange = engine.exchange;
    }

    void begin(Channel channel) {
        ChannelFuture sent = exchange.send(channel);
        if (!exchange.isAnswered()) {
            sent.addListener(_ -> {
                if (connection.isExchanging()) {
                    connection.exchangeOver(engine.now());
                }
            });
        }
    }

    void bytesRead(ByteBuf bytes) {
        int count = bytes.readableBytes();
        int missing = exchange.responseBytes() - received;
        if (missing > 0 && received == 0) {
            connection.recordResponse(engine.now());
        }
        int counted = Math.min(missing, count);
        ExchangeDifference difference = exchange.difference(received, bytes, counted);
        if (difference != null) {
            connection.ledger().differs(difference);
            connection.finish(CloseOutcome.EXCHANGE_FAILED);
            return;
        }
        received += counted;
        if (count > missing) {
            connection.ledger().unreadBytes(count - missing);
        }
        if (missing > 0 && count >= missing) {
            connection.exchangeOver(engine.now());
        }
    }

    void serversFin() {
        ExchangeDifference missing = exchange.endedAfter(received);
        if (missing != null) {
            connection.ledger().differs(missing);
        }
        connection.serverWasFirst();
        connection.finish(CloseOutcome.EXCHANGE_FAILED);
    }
}
