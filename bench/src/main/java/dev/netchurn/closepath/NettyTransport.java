package dev.netchurn.closepath;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** The transports of Netty that a close is measured on. */
public enum NettyTransport {
    /**
     * The promise of a close completes before close(2), which has to wait for the selector to forget the channel: the loop's next
     * select makes it (sun.nio.ch.SocketChannelImpl, tryClose and kill). Only a shutdown(2), if SO_LINGER is not 0, comes before;
     * so most of what an abort costs lies behind the clock.
     */
    NIO(NioSocketChannel.class, NioServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }
    },
    EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }
    },
    /** The promise of a close completes with its entry, after close(2); the close future already when that is submitted. */
    IO_URING(IoUringSocketChannel.class, IoUringServerSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory(new IoUringIoHandlerConfig().setRingSize(4_096).setCqSize(16_384));
        }
    };

    private final Class<? extends SocketChannel> client;
    private final Class<? extends ServerSocketChannel> server;

    NettyTransport(Class<? extends SocketChannel> client, Class<? extends ServerSocketChannel> server) {
        this.client = client;
        this.server = server;
    }

    abstract IoHandlerFactory handlers();

    Class<? extends SocketChannel> client() {
        return client;
    }

    Class<? extends ServerSocketChannel> server() {
        return server;
    }
}
