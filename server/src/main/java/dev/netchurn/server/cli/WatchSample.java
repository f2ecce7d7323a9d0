package dev.netchurn.server.cli;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.TcpCounters;
import java.time.Instant;
import java.util.Map;

/**
 * What one interval of a watch saw.
 *
 * @param at wall time, for display only
 * @param sinceStartNs since the watch began
 * @param view of the network namespace that the watch runs in
 * @param moved counters that moved since the watch began
 */
record WatchSample(Instant at, long sinceStartNs, KernelView view, TcpCounters moved) {

    KernelReading reading() {
        return view.reading();
    }

    Map<Integer, ListenQueue> listenQueues() {
        return view.listenQueues();
    }
}
