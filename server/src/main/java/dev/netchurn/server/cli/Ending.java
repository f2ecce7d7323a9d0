package dev.netchurn.server.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a command that runs until SIGINT or SIGTERM. The JVM keeps the exit code of the signal, 130 or 143, while its
 * shutdown waits here until the command has printed what it has to say.
 */
public final class Ending {

    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(30);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    private Ending() {
    }

    /** Begins to listen for the signals. */
    public static Ending onSignal() {
        Ending ending = new Ending();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("ending").unstarted(ending::farewell));
        return ending;
    }

    /** Waits so long; whether the process was told to end, which also a thread's interrupt does. */
    public boolean waitedFor(Duration time) {
        try {
            return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Whether the process was told to end. Safe to call from any thread. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Lets the process end. */
    public void done() {
        done.countDown();
    }

    private void farewell() {
        asked.countDown();
        try {
            boolean _ = done.await(LONGEST_FAREWELL.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
