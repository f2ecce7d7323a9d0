package dev.netchurn.server.cli;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.metrics.JsonPage;
import dev.netchurn.metrics.WatchReport;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Lets the threads of an endpoint ask for readings that only the thread of the observer can take: the latest, or a full one of
 * now. The observer's thread calls {@link #observing}, {@link #publish} and {@link #serveUntil}, the others {@link #answer}.
 */
final class ReadingRequests implements JsonPage {

    private static final Duration LONGEST_WALK = Duration.ofSeconds(5);

    private final BlockingQueue<CompletableFuture<KernelReading>> full = new LinkedBlockingQueue<>();
    private volatile Set<Integer> ports = Set.of();
    private volatile @Nullable KernelReading latest;

    /** Says which ports the readings are about. */
    void observing(Set<Integer> watched) {
        ports = Set.copyOf(watched);
    }

    /** Makes a reading the latest. */
    void publish(KernelReading reading) {
        latest = reading;
    }

    /** Takes the readings that are asked for until an instant of the clock. */
    void serveUntil(long dueNs, KernelObserver observer, NanoClock clock) throws InterruptedException {
        for (long leftNs = dueNs - clock.nanoTime(); leftNs > 0; leftNs = dueNs - clock.nanoTime()) {
            CompletableFuture<KernelReading> asked = full.poll(leftNs, TimeUnit.NANOSECONDS);
            if (asked != null) {
                asked.complete(observer.readFull());
            }
        }
    }

    @Override
    public String answer(@Nullable String query) throws IOException, InterruptedException {
        KernelReading reading = WatchReport.FULL_WALK.equals(query) ? readFully() : latest;
        if (reading == null) {
            throw new IOException("there is no reading yet");
        }
        return new WatchReport(WatchReport.SCHEMA_VERSION, ports, reading).json();
    }

    private KernelReading readFully() throws IOException, InterruptedException {
        CompletableFuture<KernelReading> asked = new CompletableFuture<>();
        full.add(asked);
        try {
            return asked.get(LONGEST_WALK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            full.remove(asked);
            throw new IOException("no walk of the socket table ended within " + LONGEST_WALK.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("the socket table could not be walked", e);
        }
    }
}
