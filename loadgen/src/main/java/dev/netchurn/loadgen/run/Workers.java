package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.worker.Command;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.WorkerLink;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The child processes of one run, prepared and waiting for the start.
 *
 * @param load makes the connections
 * @param target accepts them, or tells of the host that does; null with somebody else's target
 */
record Workers(WorkerLink load, @Nullable WorkerLink target) implements AutoCloseable {

    /** A worker that has not answered for so long will not. */
    static final Duration ANSWER = Duration.ofSeconds(10);

    /** Tells both. */
    void send(Command command) {
        load.send(command);
        if (target != null) {
            target.send(command);
        }
    }

    /**
     * The reading that a worker takes before anything moves.
     *
     * @throws RunRefused when it gives none
     */
    static Message.Interval baseline(WorkerLink worker) throws RunRefused, InterruptedException {
        worker.send(new Command.Baseline());
        Message answer = worker.next(ANSWER);
        if (answer instanceof Message.Interval baseline) {
            return baseline;
        }
        throw new RunRefused(RunRefused.Cause.INTERNAL, answer instanceof Message.Failed failed
                ? failed.sentence()
                : "the " + worker.name() + " worker gave no baseline");
    }

    /** Ends both; with the last process of a private namespace the namespace and its links are gone too. */
    @Override
    public void close() {
        load.close();
        if (target != null) {
            target.close();
        }
    }
}
