package dev.netchurn.server;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose close is due later. Every one waits equally long, so the order of arrival is the order of deadlines
 * and a ring does what a heap would. Owned by one event loop; allocates only when it has to grow.
 */
final class DelayedCloses {

    private static final int FIRST_CAPACITY = 1024;

    private @Nullable ServerConnection[] waiting = new ServerConnection[FIRST_CAPACITY];
    private long[] dueNs = new long[FIRST_CAPACITY];
    private int head;
    private int size;

    /** Appends a connection whose deadline is not before that of any other. */
    void add(ServerConnection connection, long connectionDueNs) {
        if (size == waiting.length) {
            grow();
        }
        int tail = head + size & waiting.length - 1;
        waiting[tail] = connection;
        dueNs[tail] = connectionDueNs;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** How long until the first is due, 0 when it is now; only when not empty. */
    long waitNs(long nowNs) {
        return Math.max(0, dueNs[head] - nowNs);
    }

    /** Takes the first if it is due, else returns null. */
    @Nullable ServerConnection pollDue(long nowNs) {
        return size > 0 && dueNs[head] - nowNs <= 0 ? poll() : null;
    }

    /** Takes the first, due or not; null when empty. */
    @Nullable ServerConnection poll() {
        if (size == 0) {
            return null;
        }
        ServerConnection first = waiting[head];
        waiting[head] = null;
        head = head + 1 & waiting.length - 1;
        size--;
        return first;
    }

    private void grow() {
        int capacity = waiting.length;
        @Nullable ServerConnection[] moreWaiting = Arrays.copyOfRange(waiting, head, head + 2 * capacity);
        long[] moreDueNs = Arrays.copyOfRange(dueNs, head, head + 2 * capacity);
        System.arraycopy(waiting, 0, moreWaiting, capacity - head, head);
        System.arraycopy(dueNs, 0, moreDueNs, capacity - head, head);
        waiting = moreWaiting;
        dueNs = moreDueNs;
        head = 0;
    }
}
