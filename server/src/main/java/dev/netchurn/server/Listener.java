package dev.netchurn.server;

import dev.netchurn.linux.Errno;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One listening socket of an event loop; owned by that loop's thread. Accepts in batches: each readiness event is used
 * for up to 256 connections, and being level-triggered it comes back for the rest.
 */
final class Listener implements EpollIoHandle {

    private static final int MOST_PER_EVENT = 256;

    private final AcceptorLoop loop;
    private final FileDescriptor descriptor;
    /** The place of this listener's endpoint in the plan, part of the key of an accept time. */
    private final int endpoint;
    private @Nullable IoRegistration registration;

    Listener(AcceptorLoop loop, int fd, int endpoint) {
        this.loop = loop;
        this.descriptor = new FileDescriptor(fd);
        this.endpoint = endpoint;
    }

    /** Begins, or begins again, to accept. */
    void resume() {
        if (registration == null) {
            registration = loop.register(this);
        }
        registration.submit(EpollIoOps.EPOLLIN);
    }

    /** Stops events for waiting connections. An interest in errors stays, because Netty cannot return from none at all. */
    void pause() {
        if (registration != null) {
            registration.submit(EpollIoOps.EPOLLERR);
        }
    }

    @Override
    public FileDescriptor fd() {
        return descriptor;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        try {
            acceptBatch();
        } catch (RuntimeException e) {
            loop.books().loopFailed();
        }
    }

    private void acceptBatch() {
        int fd = descriptor.intValue();
        for (int i = 0; i < MOST_PER_EVENT && !loop.isPaused(); i++) {
            int outcome = loop.accept(fd, endpoint);
            if (outcome < 0 && !goesOnAfter(-outcome)) {
                return;
            }
        }
    }

    private boolean goesOnAfter(int errno) {
        switch (errno) {
            case Errno.EAGAIN -> {
                return false;
            }
            case Errno.EINTR -> {
                return true;
            }
            case Errno.ECONNABORTED -> {
                loop.books().acceptFailed();
                return true;
            }
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM -> {
                loop.books().acceptPaused();
                loop.pauseAccepting();
                return false;
            }
            default -> {
                // Unknown and perhaps lasting: without a pause the level-triggered event would spin.
                loop.books().acceptFailed();
                loop.pauseAccepting();
                return false;
            }
        }
    }

    @Override
    public void close() {
        if (descriptor.isOpen()) {
            try {
                descriptor.close();
            } catch (IOException e) {
                loop.books().loopFailed();
            }
        }
    }
}
