package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * First in, first out, and out from anywhere in between, in constant time and without an allocation. Owned by one event loop.
 *
 * @param <T> what it links
 */
final class LinkedQueue<T extends Linked<T>> {

    private @Nullable T first;
    private @Nullable T last;
    private int size;

    @Nullable T first() {
        return first;
    }

    int size() {
        return size;
    }

    /** Adds what is in no queue. */
    void add(T added) {
        T before = last;
        added.in = this;
        added.previous = before;
        added.next = null;
        if (before == null) {
            first = added;
        } else {
            before.next = added;
        }
        last = added;
        size++;
    }

    /** Takes out what is in this queue, wherever it is. */
    void remove(T removed) {
        T before = removed.previous;
        T after = removed.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        removed.in = null;
        removed.previous = null;
        removed.next = null;
        size--;
    }
}
