package dev.netchurn.loadgen.connection;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Syscalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * The threads that call close(2) with SO_LINGER above 0. Such a call sleeps until our FIN is acknowledged, also on a
 * non-blocking socket (net/core/stream.c, sk_stream_wait_close), so an event loop must not make it: it hands the descriptor
 * over and goes on when the close has come back.
 *
 * <p>One pool for all event loops. Event loops hand over, closers close, one thread takes readings and closes the pool.
 */
public final class Closers implements LingerExecutor {

    private final int size;
    private final int lingerSeconds;
    private final NanoClock clock;
    private final CloserQueue queue;
    private final AtomicLong finished = new AtomicLong();
    private final LongAccumulator mostWaiting = new LongAccumulator(Long::max, 0);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ending;

    /**
     * Starts the threads.
     *
     * @param size how many, at least 1
     * @param lingerSeconds 1 or more
     * @param mostInFlight connections that can be in flight at a time, over all event loops
     */
    public Closers(int size, int lingerSeconds, int mostInFlight, NanoClock clock) {
        this.size = size;
        this.lingerSeconds = lingerSeconds;
        this.clock = clock;
        this.queue = new CloserQueue(mostInFlight);
        for (int i = 0; i < size; i++) {
            threads.add(Thread.ofPlatform().name("netchurn-closer-" + i).daemon().start(this::closeUntilTheEnd));
        }
    }

    /** Gives a descriptor to the closers. Event loops only. */
    void handOver(LingeringClose close) {
        long waiting = queue.add(close) - finished.get() - size;
        if (waiting > 0) {
            mostWaiting.accumulate(waiting);
        }
    }

    private void closeUntilTheEnd() {
        try (Syscalls syscalls = new Syscalls()) {
            while (!ending) {
                close(syscalls, queue.take());
            }
        } catch (InterruptedException e) {
            // The end: what still waits is closed by whoever ends the pool.
        }
    }

    /** The option is set here, so that a connection that ends otherwise never makes its event loop wait. */
    private void close(Syscalls syscalls, LingeringClose close) {
        int set = syscalls.setLinger(close.fd, true, lingerSeconds);
        close.startedNs = clock.nanoTime();
        int closed = syscalls.close(close.fd);
        close.endedNs = clock.nanoTime();
        close.result = set < 0 ? set : closed;
        finished.incrementAndGet();
        close.giveBack();
    }

    @Override
    public CloserReading takeReading() {
        return new CloserReading("netchurn closers", size, mostWaiting.getThenReset());
    }

    /**
     * Ends the threads, after the event loops. What still waits is closed without lingering; a close(2) that sleeps in the
     * kernel cannot be called back, and its thread ends with it or with the process.
     */
    @Override
    public void close() {
        ending = true;
        threads.forEach(Thread::interrupt);
        try (Syscalls syscalls = new Syscalls()) {
            for (LingeringClose waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
                syscalls.close(waiting.fd);
            }
        }
    }
}
