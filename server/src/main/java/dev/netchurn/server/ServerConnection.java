package dev.netchurn.server;

import dev.netchurn.linux.Errno;

/**
 * One accepted connection, from accept() to close(). Pooled; owned by its event loop's thread.
 *
 * <p>It tries each step at once and waits only when the kernel says EAGAIN: a client that has sent its FIN by the time we
 * accept costs accept, recv and close.
 */
final class ServerConnection {

    /** Reads in a row before others on the loop get their turn. */
    private static final int READS_PER_TURN = 16;

    private enum State {
        READING_REQUEST, SENDING_ANSWER, CLOSING_FIRST, AWAITING_FIN, SENDING_AFTER_FIN, CLOSING_LATER, KEPT_OPEN, ENDED
    }

    private final AcceptorLoop loop;
    private final SocketWatch watch;
    private State state = State.ENDED;
    private int fd = -1;
    private int requestLeft;
    private int responseLeft;
    private int leftAfterFin;

    ServerConnection(AcceptorLoop loop) {
        this.loop = loop;
        this.watch = loop.events().newWatch(this);
    }

    /** Takes over a connection that was just accepted; {@link #advance} takes its first steps. */
    void open(int acceptedFd) {
        fd = acceptedFd;
        watch.open(fd);
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

    /** What was waited for has come. */
    void woken() {
        try {
            advance();
        } catch (RuntimeException e) {
            fail();
        }
    }

    /** A fault that leaves the connection as it is. */
    void countFault() {
        loop.books().loopFailed();
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
                watch.awaitReadable();
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
                watch.awaitRoom();
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
                watch.awaitReadable();
                return;
            } else {
                clientReset();
                return;
            }
        }
        watch.lookAgain();
    }

    private void clientClosed() {
        if (loop.conduct().leaks() && loop.leaks().takesNext()) {
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
                watch.awaitRoomAfterFin();
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
        if (!watch.isKnownToLoop()) {
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

    private void end() {
        closeDescriptor();
        loop.recycle(this);
    }

    private void closeDescriptor() {
        state = State.ENDED;
        watch.closeDescriptor();
        fd = -1;
    }

    /** Called when the loop ends; the connection stays in the books as open. */
    void close() {
        if (state != State.ENDED) {
            closeDescriptor();
        }
    }
}
