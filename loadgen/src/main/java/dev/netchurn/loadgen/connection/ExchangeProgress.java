package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EAGAIN;
import static dev.netchurn.linux.Errno.ETIMEDOUT;

import dev.netchurn.linux.Syscalls;
import dev.netchurn.server.EscapedText;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

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
        /** The reply is not the expected one; {@link #difference()} tells where. */
        DIFFERENT,
        /** The server's FIN came before the end of its reply. */
        FIN,
        /** The server's RST came. */
        RESET,
        /** The kernel gave up waiting for an acknowledgement. */
        TIMED_OUT
    }

    private static final int MOST_SHOWN = 24;

    private final Syscalls syscalls;
    private final ExchangeBuffers buffers;
    private int sent;
    private int received;
    private long surplus;
    private long readAt;
    private long readBytes;

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
        boolean asked = false;
        while (sent < buffers.requestBytes) {
            MemorySegment rest = buffers.requestAfter(sent);
            long result = syscalls.send(fd, rest, Math.min(buffers.requestBytes - sent, rest.byteSize()));
            if (result < 0) {
                return result == -EAGAIN ? Step.WANTS_TO_SEND : broken(result);
            }
            sent += (int) result;
            asked = true;
        }
        if (asked && buffers.responseBytes > 0) {
            // The answer is a round trip away: to ask for it now would be one more call, in vain.
            return Step.WANTS_TO_READ;
        }
        return buffers.leaveUnread ? awaitUnread(fd) : receive(fd);
    }

    /** One byte in the receive queue is enough for a close to become an RST. */
    private Step awaitUnread(int fd) {
        if (received > 0) {
            return Step.COMPLETE;
        }
        long result = syscalls.peek(fd, buffers.scratch, 1);
        if (result < 0) {
            return result == -EAGAIN ? Step.WANTS_TO_READ : broken(result);
        }
        received = (int) result;
        readAt = 0;
        readBytes = 0;
        return result == 0 ? Step.FIN : Step.ANSWERED;
    }

    private Step receive(int fd) {
        while (received < buffers.responseBytes) {
            long result = syscalls.recv(fd, buffers.scratch, buffers.scratch.byteSize());
            if (result < 0) {
                return result == -EAGAIN ? Step.WANTS_TO_READ : broken(result);
            }
            long missing = buffers.responseBytes - received;
            long counted = Math.min(result, missing);
            long same = buffers.asExpected(received, counted);
            if (result == 0 || same < counted) {
                readAt = same;
                readBytes = result;
                received += (int) same;
                return result == 0 ? Step.FIN : Step.DIFFERENT;
            }
            boolean first = received == 0;
            received += (int) counted;
            surplus = Math.max(0, result - missing);
            if (first) {
                return Step.ANSWERED;
            }
        }
        return Step.COMPLETE;
    }

    /** Where the reply ceased to be as expected; only after {@link Step#DIFFERENT} or {@link Step#FIN}. Allocates. */
    @Nullable ExchangeDifference difference() {
        MemorySegment expected = buffers.expected;
        return expected == null
                ? null
                : new ExchangeDifference(received, excerpt(expected, received, expected.byteSize()),
                        excerpt(buffers.scratch, readAt, readBytes));
    }

    private static String excerpt(MemorySegment bytes, long from, long to) {
        byte[] some = bytes.asSlice(from, Math.min(MOST_SHOWN, to - from)).toArray(ValueLayout.JAVA_BYTE);
        return EscapedText.encode(some, 0, some.length);
    }

    private static Step broken(long result) {
        return result == -ETIMEDOUT ? Step.TIMED_OUT : Step.RESET;
    }

    /** Bytes that came with the reply and were not asked for. */
    long surplus() {
        return surplus;
    }
}
