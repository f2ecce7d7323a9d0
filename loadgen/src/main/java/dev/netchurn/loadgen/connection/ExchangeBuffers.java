package dev.netchurn.loadgen.connection;

import dev.netchurn.server.EscapedText;
import dev.netchurn.server.Exchange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop send, what they expect, and where they read to. One of each. Bytes without a meaning
 * are sent as repetitions of one piece, and nobody looks at the reply. Owned by the event loop.
 */
final class ExchangeBuffers {

    private static final int PIECE = 64 * 1024;

    final MemorySegment request;
    final MemorySegment scratch;
    /** What the reply must be, byte by byte; null where nobody looks at it. */
    final @Nullable MemorySegment expected;
    /** Bytes to send before the reply is read, 0 for none. */
    final int requestBytes;
    /** Bytes of a complete reply, 0 when none is waited for. */
    final int responseBytes;

    /** Whether the reply is waited for and left in the receive queue. */
    final boolean leaveUnread;
    /** For the first byte of TCP_INFO. */
    final MemorySegment state;

    ExchangeBuffers(Arena arena, Exchange exchange, boolean leaveUnread) {
        this.leaveUnread = leaveUnread;
        state = arena.allocate(1);
        switch (exchange) {
            case Exchange.None() -> {
                requestBytes = 0;
                // A server may speak by itself, as one with a banner does.
                responseBytes = leaveUnread ? 1 : 0;
                request = arena.allocate(1);
                expected = null;
            }
            case Exchange.Request(int out, int in) -> {
                requestBytes = out;
                responseBytes = in;
                request = arena.allocate(Math.clamp(requestBytes, 1, PIECE)).fill((byte) 'n');
                expected = null;
            }
            case Exchange.Literal(EscapedText payload, EscapedText expect) -> {
                request = arena.allocateFrom(ValueLayout.JAVA_BYTE, payload.bytes());
                expected = arena.allocateFrom(ValueLayout.JAVA_BYTE, expect.bytes());
                requestBytes = (int) request.byteSize();
                responseBytes = (int) expected.byteSize();
            }
        }
        scratch = arena.allocate(PIECE);
    }

    boolean isExchange() {
        return requestBytes > 0 || responseBytes > 0;
    }

    /** Whether the exchange is answered; if not, the first that is heard of the server is its FIN. */
    boolean isAnswered() {
        return responseBytes > 0;
    }

    /** What is left to send after so many bytes: of a text its rest, else the same piece again. */
    MemorySegment requestAfter(int sent) {
        return expected == null || sent == 0 ? request : request.asSlice(sent);
    }

    /** Of {@code count} bytes that were just read, how many are those expected from an offset on. */
    long asExpected(int offset, long count) {
        MemorySegment wanted = expected;
        if (wanted == null) {
            return count;
        }
        long differsAt = MemorySegment.mismatch(scratch, 0, count, wanted, offset, offset + count);
        return differsAt < 0 ? count : differsAt;
    }
}
