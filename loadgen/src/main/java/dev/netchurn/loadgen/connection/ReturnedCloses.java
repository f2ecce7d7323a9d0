package dev.netchurn.loadgen.connection;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Closes that came back to one event loop: a stack linked through the closes themselves, to which any closer adds and which
 * the loop takes whole. Without locks, and without an object per close.
 */
final class ReturnedCloses {

    private final AtomicReference<@Nullable LingeringClose> newest = new AtomicReference<>();
    private final Runnable wakeup;

    /** @param wakeup ends a wait of the event loop; called by closers */
    ReturnedCloses(Runnable wakeup) {
        this.wakeup = wakeup;
    }

    void add(LingeringClose close) {
        LingeringClose before;
        do {
            before = newest.get();
            close.next = before;
        } while (!newest.compareAndSet(before, close));
        if (before == null) {
            // The others were announced with the first, and the loop takes all of them.
            wakeup.run();
        }
    }

    /** Everything that came back, linked by {@code next}; null when there is nothing. Event loop only. */
    @Nullable LingeringClose takeAll() {
        return newest.get() == null ? null : newest.getAndSet(null);
    }
}
