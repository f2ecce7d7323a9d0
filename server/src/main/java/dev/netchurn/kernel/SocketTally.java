package dev.netchurn.kernel;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts the sockets of one walk by side and state. A socket whose local port is watched is the server's end, one whose remote
 * port is watched the client's; others are foreign, and of them only TIME_WAIT is counted, because sockstat counts it along.
 *
 * <p>Owned by one thread; allocates nothing per socket.
 */
final class SocketTally implements SockDiag.Visitor {

    private static final int STATES = 12;
    private static final int CLIENT = 0;
    private static final int SERVER = 1;

    private final BitSet ports = new BitSet(65536);
    private final long[][] counts = new long[2][STATES];
    private long unacceptedCloseWait;
    private long finWait2Minis;
    private long foreignTimeWait;

    SocketTally(Set<Integer> watchedPorts) {
        watchedPorts.forEach(ports::set);
    }

    @Override
    public void socket(int family, int state, int localPort, int remotePort, long inode, int timer,
            long rqueue, long wqueue, long drops) {
        if (state < 1 || state >= STATES) {
            return;
        }
        if (state == TcpState.FIN_WAIT2.number() && timer == SockDiag.TIMER_OF_MINI) {
            finWait2Minis++;
        }
        if (ports.get(localPort)) {
            counts[SERVER][state]++;
            if (state == TcpState.CLOSE_WAIT.number() && inode == 0) {
                unacceptedCloseWait++;
            }
        } else if (ports.get(remotePort)) {
            counts[CLIENT][state]++;
        } else if (state == TcpState.TIME_WAIT.number()) {
            foreignTimeWait++;
        }
    }

    /** Orphaned FIN_WAIT_2 connections of anybody, which sockstat counts as {@code tw}. */
    long finWait2Minis() {
        return finWait2Minis;
    }

    /** TIME_WAIT of connections that are not watched. */
    long foreignTimeWait() {
        return foreignTimeWait;
    }

    Map<Side, SocketCensus> census() {
        Map<Side, SocketCensus> census = new EnumMap<>(Side.class);
        census.put(Side.CLIENT, new SocketCensus(byState(counts[CLIENT]), 0));
        census.put(Side.SERVER, new SocketCensus(byState(counts[SERVER]), unacceptedCloseWait));
        return census;
    }

    private static Map<TcpState, Long> byState(long[] counts) {
        Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
        for (TcpState state : TcpState.values()) {
            sockets.put(state, counts[state.number()]);
        }
        return sockets;
    }
}
