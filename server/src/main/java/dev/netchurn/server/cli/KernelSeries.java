package dev.netchurn.server.cli;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.metrics.MeterName;
import dev.netchurn.metrics.MetricsSnapshot;
import java.util.HashMap;
import java.util.Map;

/** What the kernel of a namespace that holds both sides says, as metrics. */
final class KernelSeries {

    /** Both sides have one namespace here, so its counters belong to neither alone. */
    private static final String SHARED = "shared";
    private static final String PORT = "port";

    private KernelSeries() {
    }

    /** Adds census, counters, limits and accept queues of a view. */
    static void add(MetricsSnapshot.Builder snapshot, KernelView view) {
        KernelReading reading = view.reading();
        snapshot.tcpEvents(SHARED, reading.counters().values());
        for (Side side : Side.values()) {
            // A state that has emptied is shown as 0: a series that ends would look like a scrape that failed.
            Map<String, Long> sockets = new HashMap<>();
            for (TcpState state : TcpState.values()) {
                sockets.put(state.name(), reading.side(side).in(state));
            }
            snapshot.tcpSockets(side.text(), sockets);
            view.timeWaitLimit().ifPresent(limit -> snapshot.side(MeterName.TIME_WAIT_LIMIT, side.text(), limit));
        }
        String server = Side.SERVER.text();
        snapshot.side(MeterName.UNACCEPTED_SOCKETS, server, reading.side(Side.SERVER).unacceptedCloseWait());
        snapshot.side(MeterName.OBSERVER_CPU, SHARED, view.observerCpuNs() / 1e9);
        if (reading.walkAgeNs() != KernelReading.NEVER_WALKED) {
            snapshot.side(MeterName.CENSUS_AGE, SHARED, reading.walkAgeNs() / 1e9);
        }
        ListenQueue queue = reading.listenQueue();
        if (queue != null) {
            snapshot.listenQueue(server, queue.length(), queue.limit(), queue.drops());
        }
        addPorts(snapshot, view);
    }

    private static void addPorts(MetricsSnapshot.Builder snapshot, KernelView view) {
        view.socketsByPort().forEach((port, sides) -> sides.forEach((side, states) -> states.forEach(
                (state, count) -> snapshot.put(MeterName.PORT_SOCKETS,
                        Map.of(PORT, port.toString(), "side", side.text(), "state", state.name()), count))));
        view.listenQueues().forEach((port, queue) -> {
            Map<String, String> labels = Map.of(PORT, port.toString());
            snapshot.put(MeterName.PORT_LISTEN_QUEUE_LENGTH, labels, queue.length())
                    .put(MeterName.PORT_LISTEN_QUEUE_LIMIT, labels, queue.limit())
                    .put(MeterName.PORT_LISTEN_DROPS, labels, queue.drops());
        });
    }
}
