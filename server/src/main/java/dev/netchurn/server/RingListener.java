package dev.netchurn.server;

import dev.netchurn.linux.Errno;
import dev.netchurn.transport.UringEntries;

/**
 * A listening socket on an io_uring: one entry accepts again and again (multishot accept), and each connection is a completion.
 * It does not tell who the client is, so no accept times are kept.
 */
final class RingListener extends Listening {

    private final RingEvents ring;
    private final int fd;
    private boolean accepting;
    private boolean paused = true;
    private boolean open = true;

    RingListener(AcceptorLoop loop, RingEvents ring, int fd) {
        super(loop);
        this.ring = ring;
        this.fd = fd;
        ring.listens(fd, this);
    }

    @Override
    void resume() {
        paused = false;
        if (open && !accepting) {
            accepting = true;
            ring.acceptAll(fd);
        }
    }

    @Override
    void pause() {
        paused = true;
        if (accepting) {
            ring.cancel(fd);
        }
    }

    void completed(int result, int flags) {
        accepting = UringEntries.goesOn(flags);
        boolean goesOn = true;
        if (result >= 0) {
            loop.accepted(result);
        } else if (result != -Errno.ECANCELED) {
            goesOn = goesOnAfter(-result);
        }
        if (!accepting && goesOn && !paused) {
            resume();
        }
    }

    @Override
    void giveUp() {
        close();
    }

    @Override
    void close() {
        if (open) {
            open = false;
            loop.closeDescriptor(fd);
        }
    }
}
