package dev.netchurn.server.cli;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.TcpCounters;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes a reading each interval and hands it to everything that shows it. Intervals are counted from the start, so a slow
 * reading delays only itself. Runs in the thread that calls it, which must own the observer.
 */
final class Watch {

    private final KernelObserver observer;
    private final SystemClock clock;
    private final long intervalNs;
    private final List<Consumer<WatchSample>> outputs;
    private final ReadingRequests requests;

    Watch(KernelObserver observer, SystemClock clock, Duration interval, List<Consumer<WatchSample>> outputs,
            ReadingRequests requests) {
        this.observer = observer;
        this.clock = clock;
        this.intervalNs = interval.toNanos();
        this.outputs = List.copyOf(outputs);
        this.requests = requests;
    }

    /** Ends after this many readings, at least one. */
    void run(long readings) throws InterruptedException {
        long startNs = clock.nanoTime();
        KernelReading first = observer.read();
        show(first, startNs, first.counters());
        for (long reading = 1; reading < readings; reading++) {
            requests.serveUntil(startNs + reading * intervalNs, observer, clock);
            show(observer.read(), startNs, first.counters());
        }
    }

    private void show(KernelReading reading, long startNs, TcpCounters atStart) {
        WatchSample sample = new WatchSample(
                clock.wallTime(),
                reading.atNs() - startNs,
                KernelView.of(reading, observer),
                reading.counters().since(atStart));
        requests.publish(reading);
        outputs.forEach(output -> output.accept(sample));
    }
}
