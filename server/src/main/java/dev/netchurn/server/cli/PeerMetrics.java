package dev.netchurn.server.cli;

import dev.netchurn.kernel.Side;
import dev.netchurn.metrics.MeterName;
import dev.netchurn.metrics.MetricsSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What is left towards upstreams as metrics, all destinations together. Written by the watching thread, read by those of the metrics
 * endpoint.
 */
final class PeerMetrics implements Consumer<PeerSample>, Supplier<MetricsSnapshot> {

    private final AtomicReference<MetricsSnapshot> latest = new AtomicReference<>(MetricsSnapshot.builder().build());

    @Override
    public void accept(PeerSample sample) {
        Map<String, Long> states = new HashMap<>();
        long left = 0;
        long usable = 0;
        for (PeerSample.Row row : sample.rows()) {
            row.usage().sockets().forEach((state, count) -> states.merge(state.name(), count, Long::sum));
            left += row.usage().portsLeft();
            usable += row.usage().portsLeft() + row.usage().portsInUse();
        }
        latest.set(MetricsSnapshot.builder().runInfo("command", "watch")
                .tcpSockets(Side.CLIENT.text(), states)
                .side(MeterName.FOUR_TUPLES_LIMIT, Side.CLIENT.text(), usable)
                .side(MeterName.FOUR_TUPLES_LEFT, Side.CLIENT.text(), left)
                .build());
    }

    @Override
    public MetricsSnapshot get() {
        return latest.get();
    }
}
