package dev.netchurn.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;

/**
 * When the last connections were accepted, by four-tuple, so that the time a connection waited in the accept queue can be
 * sampled. Each four-tuple has one slot of 65 536; a later connection that falls into the same slot replaces it.
 *
 * <p>Written by one event loop, once per accept and without allocation. Reading is best effort from any thread: an entry
 * that was replaced, or is being replaced at that moment, is not found; a time that is found belongs to the four-tuple.
 */
final class AcceptTimes {

    /** Returned when there is no such entry, or no longer. */
    static final long UNKNOWN = -1;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SLOTS = 1 << 16;
    private static final long FREE = 0;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final long[] keys = new long[SLOTS];
    private final long[] acceptedNs = new long[SLOTS];

    /** The key of a connection; never 0, because a client's port is never 0. */
    static long key(int clientAddressBits, int clientPort, int endpoint) {
        return (long) clientAddressBits << 32 | (long) clientPort << 16 | endpoint;
    }

    /** The IPv4 address as an int, or the last 4 bytes of an IPv6 address. */
    static int addressBits(InetAddress address) {
        byte[] bytes = address.getAddress();
        int at = bytes.length - 4;
        return (bytes[at] & 0xff) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
    }

    void put(long key, long atNs) {
        int slot = slot(key);
        // The key is withdrawn while the time changes, so that a reader never pairs an old key with a new time.
        LONGS.setOpaque(keys, slot, FREE);
        VarHandle.storeStoreFence();
        LONGS.setOpaque(acceptedNs, slot, atNs);
        LONGS.setRelease(keys, slot, key);
    }

    /** The time of the accept, or {@link #UNKNOWN}. */
    long get(long key) {
        int slot = slot(key);
        if ((long) LONGS.getAcquire(keys, slot) != key) {
            return UNKNOWN;
        }
        long atNs = (long) LONGS.getOpaque(acceptedNs, slot);
        VarHandle.loadLoadFence();
        return (long) LONGS.getOpaque(keys, slot) == key ? atNs : UNKNOWN;
    }

    private static int slot(long key) {
        // Two rounds: after one alone, neighbouring ports still fall into few slots.
        long once = key * SPREAD;
        return (int) ((once ^ once >>> 32) * SPREAD >>> 48);
    }
}
