package dev.netchurn.server;

import dev.netchurn.linux.Errno;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One listening socket of an event loop; owned by that loop's thread. Accepts in batches. */
final class Listener implements EpollIoHandle {

    private final AcceptorLoop loop;
    private final FileDescriptor descriptor;
    /** The place of this listener's endpoint in the plan, part of the key of an accept time. */
    private final int endpoint;
    private final AcceptBudget budget = new AcceptBudget();
    private @Nullable IoRegistration registration;

    Listener(AcceptorLoop loop, int fd, int endpoint) {
        this.loop = loop;
        this.descriptor = new FileDescriptor(fd);
        this.endpoint = endpoint;
    }

    /** Begins, or begins again, to accept; nothing when it was given up. */
    void resume() {
        if (!descriptor.isOpen()) {
            return;
        }
        if (registration == null) {
            registration = loop.register(this);
        }
        registration.submit(EpollIoOps.EPOLLIN);
    }

    /** Stops events for waiting connections. An interest in errors stays, because Netty cannot return from none at all. */
    void pause() {
        if (registration != null && registration.isValid()) {
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

    private boolean goesOnAfter(int errno) {
        return switch (errno) {
            case Errno.EINTR -> true;
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM -> {
                loop.books().acceptPaused();
                loop.pauseAccepting();
                yield false;
            }
            case Errno.EINVAL, Errno.EBADF -> {
                // It listens no longer. Its event would come back for ever.
                loop.books().acceptFailed();
                giveUp();
                yield false;
            }
            default -> {
                // The error of one connection that died in the queue (accept(2)); the next may be well.
                loop.books().acceptFailed();
                yield true;
            }
        };
    }

    private void giveUp() {
        close();
        if (registration != null) {
            registration.cancel();
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
