package dev.netchurn.loadgen.connection;

import dev.netchurn.clock.SystemClock;
import java.util.concurrent.Semaphore;

/** netchurn's closers with a batch of descriptors as their customer. Owned by one thread, which hands over and waits. */
public final class CloserPool implements AutoCloseable {

    private final Semaphore wakeup = new Semaphore(0);
    private final ReturnedCloses returned = new ReturnedCloses(wakeup::release);
    private final Closers closers;
    private final LingeringClose[] batch;
    private int failed;

    /**
     * Starts the threads.
     *
     * @param most descriptors in a batch
     */
    public CloserPool(int threads, int lingerSeconds, int most) {
        closers = new Closers(threads, lingerSeconds, most, new SystemClock());
        batch = new LingeringClose[most];
        for (int i = 0; i < most; i++) {
            batch[i] = new LingeringClose(this::lingered, returned);
        }
    }

    /** Closes a full batch and waits until all have come back; returns how many closes failed. */
    public int close(int[] fds) throws InterruptedException {
        failed = 0;
        for (int i = 0; i < batch.length; i++) {
            batch[i].fd = fds[i];
            closers.handOver(batch[i]);
        }
        int left = batch.length;
        while (left > 0) {
            wakeup.acquire();
            LingeringClose close = returned.takeAll();
            while (close != null) {
                LingeringClose following = close.next;
                close.next = null;
                close.owner.lingered(close);
                left--;
                close = following;
            }
        }
        return failed;
    }

    private void lingered(LingeringClose close) {
        failed += close.result < 0 ? 1 : 0;
    }

    @Override
    public void close() {
        closers.close();
    }
}
