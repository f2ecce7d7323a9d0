package dev.netchurn.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * When the last connections were accepted, by four-tuple, so that the time a connection waited in the accept queue can be
 * sampled. A log of the last 131 072 accepts of one event loop, in which those of one hash are chained from new to old.
 *
 * <p>A four-tuple is used again as soon as it is free, after an RST at once; with few ports hundreds of times before anybody
 * asks. Of its accepts the first since the client began to connect is the client's, because the client cannot use it again
 * before.
 *
 * <p>Written by one event loop, once per accept and without allocation. Reading is best effort from any thread: an accept that
 * is being written at that moment is not seen; a time that is found belongs to the connection.
 */
final class AcceptTimes {

    /** There was no accept of this four-tuple since then: the connection was not accepted yet. */
    static final long NOT_YET = -1;
    /** Too many connections were accepted since then: it can no longer be told. */
    static final long UNKNOWN = -2;

    static final int CAPACITY = 1 << 17;
    /** Accepts of one hash that are looked at, so that a question about a port used by all has its bound. */
    static final int LONGEST_CHAIN = 1024;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle BEGUN;
    private static final int HASHES = 1 << 16;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;
    /** How far from being overwritten the oldest accept that is relied upon has to be. */
    private static final int MARGIN = 1024;

    static {
        try {
            BEGUN = MethodHandles.lookup().findVarHandle(AcceptTimes.class, "begun", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] keys = new long[CAPACITY];
    private final long[] acceptedNs = new long[CAPACITY];
    /** The accept of the same hash before this one, as its number + 1; 0 when there was none. */
    private final long[] before = new long[CAPACITY];
    private final long[] newest = new long[HASHES];
    private long begun;

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
        long number = begun;
        int at = place(number);
        int hash = hash(key);
        // Announced before it is touched, so that a reader knows that what was here is gone.
        BEGUN.setOpaque(this, number + 1);
        VarHandle.storeStoreFence();
        LONGS.setOpaque(keys, at, key);
        LONGS.setOpaque(acceptedNs, at, atNs);
        LONGS.setOpaque(before, at, newest[hash]);
        LONGS.setRelease(newest, hash, number + 1);
    }

    /**
     * The time of the first accept since {@code sinceNs}, {@link #NOT_YET} or {@link #UNKNOWN}.
     *
     * @param sinceNs when the client began to connect, above 0
     */
    long get(long key, long sinceNs) {
        long found = NOT_YET;
        long next = (long) LONGS.getAcquire(newest, hash(key));
        for (int steps = 0; next != 0; steps++) {
            if (steps == LONGEST_CHAIN) {
                return UNKNOWN;
            }
            int at = place(next - 1);
            long writtenKey = (long) LONGS.getOpaque(keys, at);
            long atNs = (long) LONGS.getOpaque(acceptedNs, at);
            long older = (long) LONGS.getOpaque(before, at);
            if (isGone(next - 1)) {
                return reachesBackTo(sinceNs) ? found : UNKNOWN;
            }
            if (atNs < sinceNs) {
                return found;
            }
            if (writtenKey == key) {
                found = atNs;
            }
            next = older;
        }
        return found;
    }

    /** Whether an accept that was just read may have been overwritten meanwhile. */
    private boolean isGone(long number) {
        VarHandle.loadLoadFence();
        return number < (long) BEGUN.getOpaque(this) - CAPACITY;
    }

    /** Whether all that is gone was accepted before that time. */
    private boolean reachesBackTo(long sinceNs) {
        long oldest = (long) BEGUN.getOpaque(this) - CAPACITY + MARGIN;
        long atNs = (long) LONGS.getOpaque(acceptedNs, place(oldest));
        return !isGone(oldest) && atNs <= sinceNs;
    }

    private static int place(long number) {
        return (int) number & CAPACITY - 1;
    }

    private static int hash(long key) {
        // Two rounds: after one alone, neighbouring ports still fall together.
        long once = key * SPREAD;
        return (int) ((once ^ once >>> 32) * SPREAD >>> 48);
    }
}
