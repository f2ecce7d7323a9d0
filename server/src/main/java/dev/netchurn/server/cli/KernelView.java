package dev.netchurn.server.cli;

import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A reading with what the observer knows beside it.
 *
 * @param reading of a namespace that may hold both sides
 * @param listenQueues by port; a port that nobody listens on is absent
 * @param socketsByPort as of the last walk, see {@link KernelObserver#socketsByPort()}
 * @param timeWaitLimit tcp_max_tw_buckets; empty when it is not shown
 * @param observerCpuNs CPU time that all readings so far used
 */
record KernelView(
        KernelReading reading,
        Map<Integer, ListenQueue> listenQueues,
        Map<Integer, Map<Side, Map<TcpState, Long>>> socketsByPort,
        OptionalLong timeWaitLimit,
        long observerCpuNs) {

    static KernelView of(KernelReading reading, KernelObserver observer) {
        return new KernelView(reading, observer.listenQueues(), observer.socketsByPort(), observer.timeWaitLimit(),
                observer.cpuNs());
    }
}
