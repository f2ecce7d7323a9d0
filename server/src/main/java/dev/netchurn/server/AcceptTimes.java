package dev.netchurn.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * When the last connections were accepted, by four-tuple, so that the time a connection waited in the accept queue can be
 * sampled. Each four-tuple has one slot of 65 536; a later connection that falls into the same slot replaces it.
 *
 * <p>A four-tuple is used again as soon as it is free, after an RST at once. A slot therefore also keeps when it was
 * written before: only the first accept in it since the client began belongs to that client.
 *
 * <p>Written by one event loop, once per accept and without allocation. Reading is best effort from any thread: a slot that
 * is being written at that moment answers as if that had not begun; a time that is found belongs to the connection.
 */
final class AcceptTimes {

    /** There was no accept in this slot since then: the connection was not accepted yet. */
    static final long NOT_YET = -1;
    /** Other connections were accepted into this slot since then: it can no longer be told. */
    static final long UNKNOWN = -2;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SLOTS = 1 << 16;
    private static final long FREE = 0;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final long[] keys = new long[SLOTS];
    private final long[] acceptedNs = new long[SLOTS];
    private final long[] writtenBeforeNs = new long[SLOTS];

    /**
     * The key of a connection; never 0, because a client's port is never 0.
     *
     * @param clientAddressBits the IPv4 address, or the last 4 bytes of an IPv6 address
     */
    static long key(int clientAddressBits, int clientPort, int endpoint) {
        return (long) clientAddressBits << 32 | (long) clientPort << 16 | endpoint;
    }

    /** @param atNs above 0, as the machine's monotonic clock always is */
    void put(long key, long atNs) {
        int slot = slot(key);
        // The key is withdrawn while the times change, so that a reader never pairs an old key with a new time.
        LONGS.setOpaque(keys, slot, FREE);
        VarHandle.storeStoreFence();
        LONGS.setOpaque(writtenBeforeNs, slot, acceptedNs[slot]);
        LONGS.setOpaque(acceptedNs, slot, atNs);
        LONGS.setRelease(keys, slot, key);
    }

    /**
     * The time of the first accept since {@code sinceNs}, {@link #NOT_YET} or {@link #UNKNOWN}.
     *
     * @param sinceNs when the client began to connect, above 0
     */
    long get(long key, long sinceNs) {
        int slot = slot(key);
        long writtenKey = (long) LONGS.getAcquire(keys, slot);
        long atNs = (long) LONGS.getOpaque(acceptedNs, slot);
        long beforeNs = (long) LONGS.getOpaque(writtenBeforeNs, slot);
        VarHandle.loadLoadFence();
        if (writtenKey == FREE || (long) LONGS.getOpaque(keys, slot) != writtenKey || atNs < sinceNs) {
            return NOT_YET;
        }
        return writtenKey == key && beforeNs < sinceNs ? atNs : UNKNOWN;
    }

    private static int slot(long key) {
        // Two rounds: after one alone, neighbouring ports still fall into few slots.
        long once = key * SPREAD;
        return (int) ((once ^ once >>> 32) * SPREAD >>> 48);
    }
}
