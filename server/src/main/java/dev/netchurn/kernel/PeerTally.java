package dev.netchurn.kernel;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;

/** Counts the sockets to one destination, and the local ports that they hold. Owned by one thread. */
final class PeerTally {

    private final Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
    private final BitSet held = new BitSet(65_536);
    private final BitSet heldByLiving = new BitSet(65_536);

    void add(TcpState state, int localPort) {
        sockets.merge(state, 1L, Long::sum);
        held.set(localPort);
        if (state != TcpState.TIME_WAIT) {
            heldByLiving.set(localPort);
        }
    }

    PeerUsage usage(LocalPorts ports) {
        held.and(ports.usable());
        heldByLiving.and(ports.usable());
        int inUse = held.cardinality();
        return new PeerUsage(sockets, inUse, inUse - heldByLiving.cardinality(), ports.usable().cardinality() - inUse);
    }
}
