package dev.netchurn.loadgen.connection;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Closes that wait for a closer, first in, first out: a ring with a slot for every connection that can be in flight, so it
 * is never full. Event loops add without a lock and without making an object; closers sleep while it is empty.
 */
final class CloserQueue {

    private final AtomicReferenceArray<@Nullable LingeringClose> slots;
    private final int mask;
    private final Semaphore filled = new Semaphore(0);
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    /** @param most closes that can wait or be under way at a time */
    CloserQueue(int most) {
        int capacity = Integer.highestOneBit(Math.max(1, most - 1)) << 1;
        slots = new AtomicReferenceArray<>(capacity);
        mask = capacity - 1;
    }

    /** Adds one. Returns how many were added so far. */
    long add(LingeringClose close) {
        long place = added.getAndIncrement();
        slots.set((int) place & mask, close);
        filled.release();
        return place + 1;
    }

    /** Takes the oldest, when there is one. */
    LingeringClose take() throws InterruptedException {
        filled.acquire();
        return takeFilled();
    }

    /** Takes the oldest; null when there is none. */
    @Nullable LingeringClose poll() {
        return filled.tryAcquire() ? takeFilled() : null;
    }

    private LingeringClose takeFilled() {
        int slot = (int) taken.getAndIncrement() & mask;
        LingeringClose close = slots.getAndSet(slot, null);
        while (close == null) {
            // Another event loop has taken this place and is about to fill it.
            Thread.onSpinWait();
            close = slots.getAndSet(slot, null);
        }
        return close;
    }
}
