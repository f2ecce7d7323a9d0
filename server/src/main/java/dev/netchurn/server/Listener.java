package dev.netchurn.server;

import dev.netchurn.linux.Errno;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A listening socket at epoll; accepts in batches. */
final class Listener extends Listening {

    private final EpollEvents events;
    private final Handle handle = new Handle();
    private final FileDescriptor descriptor;
    /** The place of this listener's endpoint in the plan, part of the key of an accept time. */
    private final int endpoint;
    private final AcceptBudget budget = new AcceptBudget();
    private @Nullable IoRegistration registration;

    Listener(AcceptorLoop loop, EpollEvents events, int fd, int endpoint) {
        super(loop);
        this.events = events;
        this.descriptor = new FileDescriptor(fd);
        this.endpoint = endpoint;
    }

    @Override
    void resume() {
        if (!descriptor.isOpen()) {
            return;
        }
        if (registration == null) {
            registration = events.register(handle);
        }
        registration.submit(EpollIoOps.EPOLLIN);
    }

    /** An interest in errors stays, because Netty cannot return from none at all. */
    @Override
    void pause() {
        if (registration != null && registration.isValid()) {
            registration.submit(EpollIoOps.EPOLLERR);
        }
    }

    private void acceptBatch() {
        int fd = descriptor.intValue();
        int most = budget.budget();
        for (int i = 0; i < most; i++) {
            if (loop.isPaused()) {
                return;
            }
            int outcome = loop.accept(fd, endpoint);
            if (outcome == -Errno.EAGAIN) {
                budget.emptiedAfter(i);
                return;
            }
            if (outcome < 0 && !goesOnAfter(-outcome)) {
                return;
            }
        }
        budget.usedUp();
    }

    @Override
    void giveUp() {
        close();
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    void close() {
        if (descriptor.isOpen()) {
            try {
                descriptor.close();
            } catch (IOException e) {
                loop.books().loopFailed();
            }
        }
    }

    /** What epoll knows of it. */
    private final class Handle implements EpollIoHandle {

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

        @Override
        public void close() {
            Listener.this.close();
        }
    }
}
