package dev.netchurn.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * One accepted connection on a stock Netty channel; the same conduct and books as {@link ServerConnection}, learned from
 * events. Closing first it does not look whether the client's FIN is there already, because Netty has no way to. Owned by its
 * event loop.
 */
final class ChannelTargetConnection extends ChannelInboundHandlerAdapter {

    private final ChannelAcceptorLoop loop;
    private final int endpoint;
    private int requestLeft;
    private boolean answered;
    private boolean clientReset;
    private boolean ended;

    ChannelTargetConnection(ChannelAcceptorLoop loop, int endpoint) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.requestLeft = loop.conduct().requestBytes();
        this.answered = requestLeft == 0 && loop.conduct().responseBytes() == 0;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.channel().remoteAddress() instanceof InetSocketAddress client) {
            byte[] address = client.getAddress().getAddress();
            loop.accepted(ByteBuffer.wrap(address).getInt(address.length - Integer.BYTES), client.getPort(), endpoint);
        } else {
            // The client was gone before Netty could ask who it was.
            loop.accepted(0, 0, endpoint);
        }
        if (answered && loop.conduct().serverCloses()) {
            closeFirst(context);
        } else if (!answered && requestLeft == 0) {
            answer(context);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof ByteBuf bytes) {
                read(context, bytes);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(ChannelHandlerContext context, ByteBuf bytes) {
        int count = bytes.readableBytes();
        int asked = Math.min(requestLeft, count);
        if (!loop.isAsExpected(bytes, loop.conduct().requestBytes() - requestLeft, asked)) {
            loop.books().exchangeFailed();
            answered = true;
            closeFirst(context);
            return;
        }
        requestLeft -= asked;
        if (count > asked && !ended) {
            loop.books().unread(count - asked);
        }
        if (asked > 0 && requestLeft == 0) {
            answer(context);
        }
    }

    private void answer(ChannelHandlerContext context) {
        ByteBuf literal = loop.literalAnswer();
        ChannelFuture sending =
                literal == null ? send(context, loop.conduct().responseBytes()) : context.writeAndFlush(literal);
        sending.addListener(sent -> answered(context, sent.isSuccess()));
    }

    private ChannelFuture send(ChannelHandlerContext context, int count) {
        int left = count;
        while (left > loop.bytes(left).readableBytes()) {
            left -= loop.bytes(left).readableBytes();
            context.write(loop.bytes(Integer.MAX_VALUE));
        }
        return context.writeAndFlush(loop.bytes(left));
    }

    private void answered(ChannelHandlerContext context, boolean sent) {
        answered |= sent;
        // Netty closes the channel now, and does not say why.
        clientReset |= !sent;
        if (sent && loop.conduct().serverCloses()) {
            closeFirst(context);
        }
    }

    private void closeFirst(ChannelHandlerContext context) {
        if (!ended) {
            ended = true;
            loop.books().closedFirst();
            context.close();
        }
    }

    /** The client's FIN, where Netty does not close at once because of it. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event != ChannelInputShutdownEvent.INSTANCE || ended || clientReset) {
            return;
        }
        Conduct conduct = loop.conduct();
        if (!answered) {
            loop.books().exchangeFailed();
            answered = true;
        }
        if (conduct.leaks() && loop.leaks().takesNext()) {
            ended = true;
            loop.books().leaked();
        } else if (conduct.closeDelayNs() > 0) {
            context.executor().schedule(() -> closeAfterClient(context), conduct.closeDelayNs(), TimeUnit.NANOSECONDS);
        } else if (conduct.bytesAfterFin() > 0) {
            send(context, conduct.bytesAfterFin()).addListener(sent -> {
                if (sent.isSuccess()) {
                    loop.books().sentAfterFin(conduct.bytesAfterFin());
                    closeAfterClient(context);
                } else {
                    reset(context);
                }
            });
        } else {
            closeAfterClient(context);
        }
    }

    private void closeAfterClient(ChannelHandlerContext context) {
        if (!ended) {
            ended = true;
            loop.books().closedAfterClient();
            context.close();
        }
    }

    private void reset(ChannelHandlerContext context) {
        if (!ended) {
            ended = true;
            loop.books().resetByClient();
            context.close();
        }
    }

    /** Netty has closed the channel because of the client's FIN or RST. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (ended || loop.isStopping()) {
            return;
        }
        ended = true;
        if (!answered) {
            loop.books().exchangeFailed();
        }
        if (clientReset) {
            loop.books().resetByClient();
        } else {
            loop.books().closedAfterClient();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            clientReset = true;
            if (!answered && !ended) {
                loop.books().exchangeFailed();
            }
            reset(context);
        } else {
            loop.books().loopFailed();
            closeFirst(context);
        }
    }
}
