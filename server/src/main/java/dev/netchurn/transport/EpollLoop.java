package dev.netchurn.transport;

import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;

/** A driven loop on epoll. */
public final class EpollLoop extends DrivenLoop {

    public EpollLoop() {
        super(EpollIoHandler.newFactory());
    }

    /**
     * Registers a handle with epoll; nothing is watched until the first {@code submit}.
     *
     * @throws IllegalStateException when Netty refuses the handle
     */
    public IoRegistration register(EpollIoHandle handle) {
        try {
            return registerHandle(handle);
        } catch (Exception e) {
            throw new IllegalStateException("epoll refused descriptor " + handle.fd(), e);
        }
    }
}
