package dev.netchurn.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The books of one event loop. Written by that loop's thread only; any thread may read. A count is stored with release
 * order before the system call that the peer can notice, so whoever has seen a connection end finds it booked.
 */
final class LoopBooks {

    private static final VarHandle COUNTS = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int ACCEPTED = 0;
    private static final int CLOSED_AFTER_CLIENT = 1;
    private static final int CLOSED_FIRST = 2;
    private static final int RESET_BY_CLIENT = 3;
    private static final int EXCHANGE_FAILED = 4;
    private static final int UNREAD_BYTES = 5;
    private static final int ACCEPT_PAUSES = 6;
    private static final int ACCEPT_ERRORS = 7;
    private static final int LOOP_ERRORS = 8;
    private static final int LEAKED = 9;
    private static final int BYTES_AFTER_FIN = 10;
    private static final int KINDS = 11;

    private final long[] counts = new long[KINDS];

    void accepted() {
        add(ACCEPTED, 1);
    }

    void closedAfterClient() {
        add(CLOSED_AFTER_CLIENT, 1);
    }

    void closedFirst() {
        add(CLOSED_FIRST, 1);
    }

    void resetByClient() {
        add(RESET_BY_CLIENT, 1);
    }

    void leaked() {
        add(LEAKED, 1);
    }

    void exchangeFailed() {
        add(EXCHANGE_FAILED, 1);
    }

    void unread(long bytes) {
        add(UNREAD_BYTES, bytes);
    }

    void sentAfterFin(long bytes) {
        add(BYTES_AFTER_FIN, bytes);
    }

    void acceptPaused() {
        add(ACCEPT_PAUSES, 1);
    }

    void acceptFailed() {
        add(ACCEPT_ERRORS, 1);
    }

    void loopFailed() {
        add(LOOP_ERRORS, 1);
    }

    /**
     * What is booked so far. Exact once the loop is quiescent; while it works, a connection may be missing, but none is
     * ever shown as closed that is not shown as accepted.
     */
    ServerBooks read() {
        long closedAfterClient = get(CLOSED_AFTER_CLIENT);
        long closedFirst = get(CLOSED_FIRST);
        long resetByClient = get(RESET_BY_CLIENT);
        long accepted = get(ACCEPTED);
        return new ServerBooks(accepted, closedAfterClient, closedFirst, resetByClient,
                accepted - closedAfterClient - closedFirst - resetByClient,
                get(LEAKED), get(EXCHANGE_FAILED), get(UNREAD_BYTES), get(BYTES_AFTER_FIN), get(ACCEPT_PAUSES),
                get(ACCEPT_ERRORS), get(LOOP_ERRORS));
    }

    private void add(int kind, long more) {
        COUNTS.setRelease(counts, kind, counts[kind] + more);
    }

    private long get(int kind) {
        return (long) COUNTS.getAcquire(counts, kind);
    }
}
