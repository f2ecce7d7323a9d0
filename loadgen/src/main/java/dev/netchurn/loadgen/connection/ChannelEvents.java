package dev.netchurn.loadgen.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What the pipeline of one channel tells its connection. Called by its event loop. */
final class ChannelEvents extends ChannelDuplexHandler {

    private final ChannelConnection connection;

    ChannelEvents(ChannelConnection connection) {
        this.connection = connection;
    }

    @Override
    public void connect(
            ChannelHandlerContext context, SocketAddress remote, @Nullable SocketAddress local, ChannelPromise promise) {
        connection.starts();
        context.connect(remote, local, promise);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection.active((EpollSocketChannel) context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof ByteBuf bytes) {
                connection.bytesRead(bytes);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            connection.serversFin();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection.gone(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            connection.gone(true);
        } else {
            connection.abort(cause);
        }
    }
}
