package dev.netchurn.server.cli;

import dev.netchurn.metrics.MetricsSnapshot;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The latest sample as metrics. Written by the watching thread, read by those of the metrics endpoint. */
final class WatchMetrics implements Consumer<WatchSample>, Supplier<MetricsSnapshot> {

    private final AtomicReference<MetricsSnapshot> latest = new AtomicReference<>(MetricsSnapshot.builder().build());

    @Override
    public void accept(WatchSample sample) {
        MetricsSnapshot.Builder snapshot = MetricsSnapshot.builder().runInfo("command", "watch");
        KernelSeries.add(snapshot, sample.view());
        latest.set(snapshot.build());
    }

    @Override
    public MetricsSnapshot get() {
        return latest.get();
    }
}
