package dev.netchurn.kernel;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up the accept queues of the watched ports in one dump of listeners. Owned by one thread. */
final class ListenTally implements SockDiag.Visitor {

    private final Set<Integer> ports;
    private final Map<Integer, ListenQueue> queues = new TreeMap<>();
    private long listeners;

    ListenTally(Set<Integer> ports) {
        this.ports = ports;
    }

    @Override
    public void socket(int family, int state, int localPort, int remotePort, long inode, int timer,
            long rqueue, long wqueue, long drops) {
        if (state == TcpState.LISTEN.number() && ports.contains(localPort)) {
            listeners++;
            queues.merge(localPort, new ListenQueue(rqueue, wqueue, drops), ListenTally::sum);
        }
    }

    long listeners() {
        return listeners;
    }

    Map<Integer, ListenQueue> byPort() {
        return Collections.unmodifiableMap(new TreeMap<>(queues));
    }

    /** Of all watched ports together; null when nobody listens on any. */
    @Nullable ListenQueue sum() {
        return queues.values().stream().reduce(ListenTally::sum).orElse(null);
    }

    private static ListenQueue sum(ListenQueue a, ListenQueue b) {
        return new ListenQueue(a.length() + b.length(), a.limit() + b.limit(), a.drops() + b.drops());
    }
}
