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
 * One accepted connection, from accept() to close(). Pooled; owned by its event loop's thread.
 *
 * <p>It tries each step at once and turns to epoll only when the kernel says EAGAIN: a client that has sent its FIN by the
 * time we accept costs accept, recv and close. It is watched for EPOLLIN, edge-triggered: a FIN and an RST raise EPOLLIN
 * as well (net/ipv4/tcp.c, tcp_poll), the single bit is an event that Netty has cached, and an edge needs no system call
 * to silence it while a delayed close waits.
 */
final class ServerConnection implements EpollIoHandle {

    private static final int EPOLLET = 1 << 31;
    private static final EpollIoOps READABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value() | EPOLLET);
    private static final EpollIoOps READABLE_OR_WRITABLE =
            EpollIoOps.valueOf(EpollIoOps.EPOLLIN.value() | EpollIoOps.EPOLLOUT.value() | EPOLLET);
    /** Once the client's FIN is there, EPOLLIN would always be true. */
    private static final EpollIoOps WRITABLE = EpollIoOps.valueOf(EpollIoOps.EPOLLOUT.value() | EPOLLET);
    /** Reads in a row before others on the loop get their turn. */
    private static final int READS_PER_TURN = 16;

    private enum State {
        READING_REQUEST, SENDING_ANSWER, CLOSING_FIRST, AWAITING_FIN, SENDING_AFTER_FIN, CLOSING_LATER, KEPT_OPEN, ENDED
    }

    private final AcceptorLoop loop;
    private State state = State.ENDED;
    private int fd = -1;
    private int requestLeft;
    private int responseLeft;
    private int leftAfterFin;
    private @Nullable FileDescriptor descriptor;
    private @Nullable IoRegistration registration;

    ServerConnection(AcceptorLoop loop) {
        this.loop = loop;
    }

    /** Takes over a connection that was just accepted; {@link #advance} takes its first steps. */
    void open(int acceptedFd) {
        fd = acceptedFd;
        requestLeft = loop.conduct().requestBytes();
        responseLeft = loop.conduct().responseBytes();
        if (requestLeft > 0) {
            state = State.READING_REQUEST;
        } else if (responseLeft > 0) {
            state = State.SENDING_ANSWER;
        } else {
            state = loop.conduct().serverCloses() ? State.CLOSING_FIRST : State.AWAITING_FIN;
        }
    }

    @Override
    public FileDescriptor fd() {
        FileDescriptor known = descriptor;
        if (known == null) {
            throw new IllegalStateException("a connection that is not watched has no descriptor object");
        }
        return known;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        try {
            advance();
        } catch (RuntimeException e) {
            fail();
        }
    }

    /** Gives this connection up after a fault of our own, which must not stop the loop. */
    void fail() {
        loop.books().loopFailed();
        if (state != State.ENDED) {
            loop.books().closedFirst();
            end();
        }
    }

    /** Goes as far as it can without waiting. */
    void advance() {
        switch (state) {
            case READING_REQUEST -> readRequest();
            case SENDING_ANSWER -> sendAnswer();
            case CLOSING_FIRST -> closeFirst();
            case AWAITING_FIN -> awaitFin();
            case SENDING_AFTER_FIN -> sendAfterFin();
            case CLOSING_LATER, KEPT_OPEN, ENDED -> {
                // An RST after the FIN changes nothing: recv() goes on to report the FIN (net/ipv4/tcp.c, SOCK_DONE).
            }
        }
    }

    private void readRequest() {
        while (requestLeft > 0) {
            long outcome = loop.receive(fd, requestLeft);
            if (outcome > 0) {
                if (!loop.isAsExpected(loop.conduct().requestBytes() - requestLeft, outcome)) {
                    loop.books().exchangeFailed();
                    closeFirst();
                    return;
                }
                requestLeft -= (int) outcome;
            } else if (outcome == 0) {
                loop.books().exchangeFailed();
                clientClosed();
                return;
            } else if (outcome == -Errno.EAGAIN) {
                watch(READABLE);
                return;
            } else {
                loop.books().exchangeFailed();
                clientReset();
                return;
            }
        }
        state = State.SENDING_ANSWER;
        sendAnswer();
    }

    private void sendAnswer() {
        while (responseLeft > 0) {
            long outcome = loop.send(fd, loop.conduct().responseBytes() - responseLeft, responseLeft);
            if (outcome >= 0) {
                responseLeft -= (int) outcome;
            } else if (outcome == -Errno.EAGAIN) {
                watch(READABLE_OR_WRITABLE);
                return;
            } else {
                loop.books().exchangeFailed();
                clientReset();
                return;
            }
        }
        if (loop.conduct().serverCloses()) {
            closeFirst();
        } else {
            state = State.AWAITING_FIN;
            awaitFin();
        }
    }

    /** Reads until the client's FIN. Bytes before it were not agreed upon; they are counted and thrown away. */
    private void awaitFin() {
        for (int i = 0; i < READS_PER_TURN; i++) {
            long outcome = loop.receive(fd, Integer.MAX_VALUE);
            if (outcome > 0) {
                loop.books().unread(outcome);
            } else if (outcome == 0) {
                clientClosed();
                return;
            } else if (outcome == -Errno.EAGAIN) {
                watch(READABLE);
                return;
            } else {
                clientReset();
                return;
            }
        }
        rearm();
    }

    private void clientClosed() {
        if (loop.conduct().leaks() && loop.leaksNext()) {
            keepOpen();
        } else if (loop.conduct().closeDelayNs() > 0) {
            state = State.CLOSING_LATER;
            loop.closeLater(this);
        } else if (loop.conduct().bytesAfterFin() > 0) {
            state = State.SENDING_AFTER_FIN;
            leftAfterFin = loop.conduct().bytesAfterFin();
            sendAfterFin();
        } else {
            closedAfterClient();
        }
    }

    /** The other half of the connection is still open: data goes out in it, then our FIN. */
    private void sendAfterFin() {
        while (leftAfterFin > 0) {
            long outcome = loop.sendAfterFin(fd, leftAfterFin);
            if (outcome >= 0) {
                leftAfterFin -= (int) outcome;
                loop.books().sentAfterFin(outcome);
            } else if (outcome == -Errno.EAGAIN) {
                watch(WRITABLE);
                return;
            } else {
                clientReset();
                return;
            }
        }
        closedAfterClient();
    }

    private void closedAfterClient() {
        loop.books().closedAfterClient();
        end();
    }

    /** Ends a connection whose delay is over. Called between turns of the loop, never from a handler of another one. */
    void closeNow() {
        closedAfterClient();
    }

    private void keepOpen() {
        loop.books().leaked();
        if (registration == null) {
            int kept = fd;
            state = State.ENDED;
            loop.keepOpen(kept);
            loop.recycle(this);
        } else {
            state = State.KEPT_OPEN;
        }
    }

    /**
     * Closes without waiting for the client. One look at the receive queue first tells whether the client's FIN was there
     * before; bytes in it stay unread, so the kernel answers with an RST as it does for any server that closes so.
     */
    private void closeFirst() {
        long outcome = loop.peek(fd);
        if (outcome == 0) {
            loop.books().closedAfterClient();
        } else if (outcome > 0 || outcome == -Errno.EAGAIN) {
            if (outcome > 0) {
                loop.books().unread(outcome);
            }
            loop.books().closedFirst();
        } else {
            loop.books().resetByClient();
        }
        end();
    }

    private void clientReset() {
        loop.books().resetByClient();
        end();
    }

    private void watch(EpollIoOps ops) {
        IoRegistration known = registration;
        if (known == null) {
            descriptor = new FileDescriptor(fd);
            known = loop.register(this);
            registration = known;
            known.submit(ops);
        } else if (ops != READABLE) {
            known.submit(ops);
        }
    }

    /** Asks for another event although the edge has passed: a change of interest makes the kernel look again. */
    private void rearm() {
        IoRegistration known = registration;
        if (known == null) {
            watch(READABLE);
        } else {
            known.submit(READABLE);
        }
    }

    private void end() {
        closeDescriptor();
        loop.recycle(this);
    }

    /** The descriptor goes first: Netty leaves out EPOLL_CTL_DEL for one that is closed already. */
    private void closeDescriptor() {
        state = State.ENDED;
        FileDescriptor watched = descriptor;
        IoRegistration known = registration;
        if (watched == null) {
            loop.closeDescriptor(fd);
        } else {
            try {
                watched.close();
            } catch (IOException e) {
                loop.books().loopFailed();
            }
            if (known != null) {
                known.cancel();
            }
        }
        descriptor = null;
        registration = null;
        fd = -1;
    }

    /** Called when the loop ends; the connection stays in the books as open. */
    @Override
    public void close() {
        if (state != State.ENDED) {
            closeDescriptor();
        }
    }
}
