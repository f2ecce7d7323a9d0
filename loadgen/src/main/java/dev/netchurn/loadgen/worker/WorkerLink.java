package dev.netchurn.loadgen.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What takes commands and answers with messages: a worker process, or what stands for one. Commands may be sent from one thread at
 * a time, and messages taken by one.
 */
public interface WorkerLink extends AutoCloseable {

    /** For messages to the user: {@code load} or {@code target}. */
    String name();

    boolean isAlive();

    /** Sends a command; the answer comes by {@link #next}. */
    void send(Command command);

    /** The next message, or null when none came in time. */
    @Nullable Message next(Duration atMost) throws InterruptedException;

    /** A sentence when it cannot tell all that it was to tell, although the run may go on; null as long as it can. */
    default @Nullable String trouble() {
        return null;
    }

    @Override
    void close();
}
