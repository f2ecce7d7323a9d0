package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.worker.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * The child processes of one run, prepared and waiting for the start.
 *
 * @param load makes the connections
 * @param target accepts them; null with somebody else's target
 */
record Workers(WorkerProcess load, @Nullable WorkerProcess target) implements AutoCloseable {

    /** Ends both; with the last process of a private namespace the namespace and its links are gone too. */
    @Override
    public void close() {
        load.close();
        if (target != null) {
            target.close();
        }
    }
}
