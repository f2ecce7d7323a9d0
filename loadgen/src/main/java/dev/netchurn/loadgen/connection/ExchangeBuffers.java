package dev.netchurn.loadgen.connection;

import dev.netchurn.server.Exchange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the connections of one event loop send, and where they read to. One of each: nobody looks at the bytes, and larger
 * requests repeat the same piece. Owned by the event loop.
 */
final class ExchangeBuffers {

    private static final int PIECE = 64 * 1024;

    final MemorySegment request;
    final MemorySegment scratch;
    /** Bytes to send before the reply is read, 0 without an exchange. */
    final int requestBytes;
    /** Bytes of a complete reply, 0 without an exchange. */
    final int responseBytes;

    ExchangeBuffers(Arena arena, Exchange exchange) {
        switch (exchange) {
            case Exchange.None() -> {
                requestBytes = 0;
                responseBytes = 0;
            }
            case Exchange.Request(int out, int in) -> {
                requestBytes = out;
                responseBytes = in;
            }
        }
        request = arena.allocate(Math.clamp(requestBytes, 1, PIECE)).fill((byte) 'n');
        scratch = arena.allocate(PIECE);
    }

    boolean isExchange() {
        return requestBytes > 0;
    }
}
