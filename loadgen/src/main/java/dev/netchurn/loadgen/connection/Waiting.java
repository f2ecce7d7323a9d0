package dev.netchurn.loadgen.connection;

/**
 * A connection as far as it can wait in a {@link TimeoutQueue}, in one at a time. Owned by one event loop.
 */
abstract class Waiting extends Linked<Waiting> {

    // Kept by TimeoutQueue.
    long waitingSinceNs;

    /** The time of the queue that this waits in is up. */
    abstract void timeIsUp();

    /** The run is over: whatever is still alive gets its last outcome. */
    abstract void endOfRun();

    /** A fault of our own: this ends, so that the sums hold; the fault is counted apart and voids the run. */
    abstract void abort(Throwable fault);

    final boolean isWaiting() {
        return in != null;
    }

    final void stopWaiting() {
        if (in != null) {
            in.remove(this);
        }
    }
}
