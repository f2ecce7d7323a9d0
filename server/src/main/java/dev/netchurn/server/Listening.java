package dev.netchurn.server;

import dev.netchurn.linux.Errno;

/** One listening socket of an event loop; owned by that loop's thread. */
abstract sealed class Listening permits Listener, RingListener {

    final AcceptorLoop loop;

    Listening(AcceptorLoop loop) {
        this.loop = loop;
    }

    /** Begins, or begins again, to accept; nothing when it was given up. */
    abstract void resume();

    /** Leaves connections in the accept queue. */
    abstract void pause();

    /** Stops listening. */
    abstract void close();

    /** It listens no longer. */
    abstract void giveUp();

    /** Counts a failure of accept(2). Returns whether the next one may be well. */
    final boolean goesOnAfter(int errno) {
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
}
