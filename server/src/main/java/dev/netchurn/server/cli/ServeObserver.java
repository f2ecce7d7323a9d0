package dev.netchurn.server.cli;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.Side;
import dev.netchurn.metrics.JsonPage;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads once per second what the kernel says about a target's ports, on a thread of its own that never touches an event
 * loop. A target goes on without it: where the kernel refuses, there is only no reading.
 *
 * <p>All methods may be called from any thread.
 */
final class ServeObserver implements AutoCloseable {

    private static final Duration BETWEEN_READINGS = Duration.ofSeconds(1);

    private final Set<Integer> ports;
    private final NanoClock clock;
    private final ReadingRequests requests = new ReadingRequests();
    private final CountDownLatch firstReading = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable KernelView latest;
    private volatile @Nullable String failure;

    private ServeObserver(Set<Integer> ports, NanoClock clock) {
        this.ports = ports;
        this.clock = clock;
        requests.observing(ports);
        this.thread = Thread.ofPlatform().name("observer").daemon().unstarted(this::observe);
    }

    /** Returns when the first reading is there or was refused. */
    static ServeObserver start(Set<Integer> ports, NanoClock clock) {
        ServeObserver observer = new ServeObserver(Set.copyOf(ports), clock);
        observer.thread.start();
        try {
            observer.firstReading.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return observer;
    }

    /** The latest reading; null when the kernel refused. */
    @Nullable KernelView latest() {
        return latest;
    }

    /** The readings as a page of JSON. */
    JsonPage page() {
        return requests;
    }

    /** Why there is no reading; null as long as there is. */
    @Nullable String failure() {
        return failure;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void observe() {
        // Clients of this host are told apart too: they may run beside the target.
        try (KernelObserver observer = new KernelObserver(ports, CensusMode.AUTO, Set.of(Side.CLIENT, Side.SERVER), clock)) {
            while (true) {
                KernelReading reading = observer.read();
                latest = KernelView.of(reading, observer);
                requests.publish(reading);
                firstReading.countDown();
                requests.serveUntil(clock.nanoTime() + BETWEEN_READINGS.toNanos(), observer, clock);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            latest = null;
            failure = e.getMessage();
        } finally {
            firstReading.countDown();
        }
    }
}
