package dev.netchurn.loadgen.connection;

import dev.netchurn.server.EscapedText;
import dev.netchurn.server.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the channels of one event loop send and expect. Bytes without a meaning are sent as repetitions of one piece, and nobody
 * looks at the reply. Owned by the event loop.
 *
 * @param piece what is sent, the whole text or a part that is repeated
 * @param requestBytes to send before the reply is read, 0 for none
 * @param expected what the reply must be, byte by byte; null where nobody looks at it
 * @param responseBytes of a complete reply, 0 for none
 */
record ChannelExchange(ByteBuf piece, int requestBytes, byte @Nullable [] expected, int responseBytes) {

    private static final int PIECE = 64 * 1024;
    private static final int MOST_SHOWN = 24;

    static ChannelExchange of(Exchange exchange) {
        return switch (exchange) {
            case Exchange.None() -> new ChannelExchange(Unpooled.EMPTY_BUFFER, 0, null, 0);
            case Exchange.Request(int out, int in) ->
                    new ChannelExchange(lasting(new byte[Math.min(out, PIECE)]), out, null, in);
            case Exchange.Literal(EscapedText payload, EscapedText expect) -> {
                byte[] request = payload.bytes();
                byte[] reply = expect.bytes();
                yield new ChannelExchange(lasting(request), request.length, reply, reply.length);
            }
        };
    }

    /** In native memory, from where Netty sends without a copy; it goes with the garbage, when nothing sends it any more. */
    private static ByteBuf lasting(byte[] bytes) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()));
    }

    /** Sends the request; the future tells when the kernel has taken all of it. */
    ChannelFuture send(Channel to) {
        for (int left = requestBytes; left > 0; left -= piece.readableBytes()) {
            to.write(piece.slice(0, Math.min(left, piece.readableBytes())));
        }
        return to.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    boolean isExchange() {
        return requestBytes > 0 || responseBytes > 0;
    }

    boolean isAnswered() {
        return responseBytes > 0;
    }

    /** Where the next bytes of a reply depart from the expected ones; null when they do not. */
    @Nullable ExchangeDifference difference(int received, ByteBuf more, int count) {
        byte[] wanted = expected;
        for (int i = 0; wanted != null && i < count; i++) {
            if (more.getByte(more.readerIndex() + i) != wanted[received + i]) {
                byte[] came = new byte[Math.min(MOST_SHOWN, more.readableBytes() - i)];
                more.getBytes(more.readerIndex() + i, came);
                return new ExchangeDifference(received + i, excerpt(wanted, received + i),
                        EscapedText.encode(came, 0, came.length));
            }
        }
        return null;
    }

    /** The server's FIN came instead of the rest of the reply. */
    @Nullable ExchangeDifference endedAfter(int received) {
        byte[] wanted = expected;
        return wanted == null ? null : new ExchangeDifference(received, excerpt(wanted, received), "");
    }

    private static String excerpt(byte[] bytes, int from) {
        return EscapedText.encode(bytes, from, Math.min(bytes.length, from + MOST_SHOWN));
    }
}
