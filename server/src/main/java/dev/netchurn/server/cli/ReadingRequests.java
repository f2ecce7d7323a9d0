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
 * Lets the threads of an endpoint ask for readings that only the thread of the observer can take: the latest, or one of now. The observer's thread calls {@link #observing}, {@link #publish} and {@link #serveUntil}, the others {@link #answer}.
 */
final class ReadingRequests implements JsonPage {

    private static final Duration LONGEST_WALK = Duration.ofSeconds(5);

    private final BlockingQueue<Request> asked = new LinkedBlockingQueue<>();
    private volatile Set<Integer> ports = Set.of();
    private volatile @Nullable KernelReading latest;

    private record Request(boolean fully, CompletableFuture<KernelReading> answer) {
    }

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
            Request request = asked.poll(leftNs, TimeUnit.NANOSECONDS);
            if (request != null) {
                request.answer().complete(request.fully() ? observer.readFull() : observer.read());
            }
        }
    }

    @Override
    public String answer(@Nullable String query) throws IOException, InterruptedException {
        KernelReading reading = switch (query) {
            case WatchReport.FULL_WALK -> ask(true);
            case WatchReport.NOW -> ask(false);
            case null, default -> latest;
        };
        if (reading == null) {
            throw new IOException("there is no reading yet");
        }
        return new WatchReport(WatchReport.SCHEMA_VERSION, ports, reading).json();
    }

    private KernelReading ask(boolean fully) throws IOException, InterruptedException {
        Request request = new Request(fully, new CompletableFuture<>());
        asked.add(request);
        try {
            return request.answer().get(LONGEST_WALK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            asked.remove(request);
            throw new IOException("no reading could be taken within " + LONGEST_WALK.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("no reading could be taken", e);
        }
    }
}
