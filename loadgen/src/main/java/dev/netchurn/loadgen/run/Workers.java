package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.worker.WorkerLink;
import org.jspecify.annotations.Nullable;

/**
 * The child processes of one run, prepared and waiting for the start.
 *
 * @param load makes the connections
 * @param target accepts them, or tells of the host that does; null with somebody else's target
 */
record Workers(WorkerLink load, @Nullable WorkerLink target) implements AutoCloseable {

    /** Ends both; with the last process of a private namespace the namespace and its links are gone too. */
    @Override
    public void close() {
        load.close();
        if (target != null) {
            target.close();
        }
    }
}
