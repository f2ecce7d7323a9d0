package dev.netchurn.server.cli;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.metrics.MetricsSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The latest sample as metrics. Written by the watching thread, read by those of the metrics endpoint. */
final class WatchMetrics implements Consumer<WatchSample>, Supplier<MetricsSnapshot> {

    private final AtomicReference<MetricsSnapshot> latest = new AtomicReference<>(MetricsSnapshot.EMPTY);

    @Override
    public void accept(WatchSample sample) {
        MetricsSnapshot.Builder snapshot = MetricsSnapshot.builder()
                .runInfo("command", "watch")
                // Both sides have one namespace here, so its counters belong to neither alone.
                .tcpEvents("shared", sample.reading().counters().values());
        for (Side side : Side.values()) {
            // A state that has emptied is shown as 0: a series that ends would look like a scrape that failed.
            Map<String, Long> sockets = new HashMap<>();
            for (TcpState state : TcpState.values()) {
                sockets.put(state.name(), sample.reading().side(side).in(state));
            }
            snapshot.tcpSockets(side.text(), sockets);
        }
        ListenQueue queue = sample.reading().listenQueue();
        if (queue != null) {
            snapshot.listenQueue(Side.SERVER.text(), queue.length(), queue.limit());
        }
        latest.set(snapshot.build());
    }

    @Override
    public MetricsSnapshot get() {
        return latest.get();
    }
}
