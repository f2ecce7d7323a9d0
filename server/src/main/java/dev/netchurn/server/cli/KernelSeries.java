package dev.netchurn.server.cli;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.metrics.MetricsSnapshot;
import java.util.HashMap;
import java.util.Map;

/** What the kernel of a namespace that holds both sides says, as metrics. */
final class KernelSeries {

    /** Both sides have one namespace here, so its counters belong to neither alone. */
    private static final String SHARED = "shared";

    private KernelSeries() {
    }

    /** Adds census, counters and accept queue of a reading. */
    static void add(MetricsSnapshot.Builder snapshot, KernelReading reading) {
        snapshot.tcpEvents(SHARED, reading.counters().values());
        for (Side side : Side.values()) {
            // A state that has emptied is shown as 0: a series that ends would look like a scrape that failed.
            Map<String, Long> sockets = new HashMap<>();
            for (TcpState state : TcpState.values()) {
                sockets.put(state.name(), reading.side(side).in(state));
            }
            snapshot.tcpSockets(side.text(), sockets);
        }
        ListenQueue queue = reading.listenQueue();
        if (queue != null) {
            snapshot.listenQueue(Side.SERVER.text(), queue.length(), queue.limit());
        }
    }
}
