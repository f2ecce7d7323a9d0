package dev.netchurn.loadgen.connection;

import org.jspecify.annotations.Nullable;

/**
 * A connection as far as it can wait in a {@link TimeoutQueue}, in one at a time. The links of that queue are its fields, so
 * that waiting takes no object. Owned by one event loop.
 */
abstract class Waiting {

    // Kept by TimeoutQueue.
    @Nullable TimeoutQueue queue;
    @Nullable Waiting previous;
    @Nullable Waiting next;
    long waitingSinceNs;

    /** The time of the queue that this waits in is up. */
    abstract void timeIsUp();

    /** The run is over: whatever is still alive gets its last outcome. */
    abstract void endOfRun();

    /** A fault of our own: this ends, so that the sums hold; the fault is counted apart and voids the run. */
    abstract void abort(Throwable fault);

    final void stopWaiting() {
        TimeoutQueue waitedIn = queue;
        if (waitedIn != null) {
            waitedIn.remove(this);
        }
    }
}
