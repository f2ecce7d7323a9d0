package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EAGAIN;

import dev.netchurn.linux.Syscalls;

/**
 * How far the exchange of one connection has come: first everything is sent, then everything is read. Goes on as long as
 * the kernel takes and gives bytes. Owned by the event loop, used again for one connection after the other.
 */
final class ExchangeProgress {

    /** Why {@link #advance} stopped. */
    enum Step {
        /** The first byte of the reply is here; there may be more to do at once. */
        ANSWERED,
        /** The whole reply is here. */
        COMPLETE,
        /** The send queue is full. */
        WANTS_TO_SEND,
        /** The rest of the reply is not here yet. */
        WANTS_TO_READ,
        /** The server's FIN came before the end of its reply. */
        FIN,
        /** The server's RST came. */
        RESET
    }

    private final Syscalls syscalls;
    private final ExchangeBuffers buffers;
    private int sent;
    private int received;
    private long surplus;

    ExchangeProgress(Syscalls syscalls, ExchangeBuffers buffers) {
        this.syscalls = syscalls;
        this.buffers = buffers;
    }

    void restart() {
        sent = 0;
        received = 0;
        surplus = 0;
    }

    Step advance(int fd) {
        while (sent < buffers.requestBytes) {
            long count = Math.min(buffers.requestBytes - sent, buffers.request.byteSize());
            long result = syscalls.send(fd, buffers.request, count);
            if (result < 0) {
                return result == -EAGAIN ? Step.WANTS_TO_SEND : Step.RESET;
            }
            sent += (int) result;
        }
        return receive(fd);
    }

    private Step receive(int fd) {
        while (received < buffers.responseBytes) {
            long result = syscalls.recv(fd, buffers.scratch, buffers.scratch.byteSize());
            if (result < 0) {
                return result == -EAGAIN ? Step.WANTS_TO_READ : Step.RESET;
            }
            if (result == 0) {
                return Step.FIN;
            }
            boolean first = received == 0;
            long missing = buffers.responseBytes - received;
            received += (int) Math.min(result, missing);
            surplus = Math.max(0, result - missing);
            if (first) {
                return Step.ANSWERED;
            }
        }
        return Step.COMPLETE;
    }

    /** Bytes that came with the reply and were not asked for. */
    long surplus() {
        return surplus;
    }
}
