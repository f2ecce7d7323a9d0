package dev.netchurn.kernel;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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

    /** Rising, so that a socket's port is found without an allocation. */
    private final int[] ports;
    /** By port, side and state. */
    private final long[][][] counts;
    private long unacceptedCloseWait;
    private long finWait2Minis;
    private long foreignTimeWait;

    SocketTally(Set<Integer> watchedPorts) {
        ports = watchedPorts.stream().mapToInt(Integer::intValue).sorted().toArray();
        counts = new long[ports.length][2][STATES];
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
        int server = Arrays.binarySearch(ports, localPort);
        int client = server >= 0 ? -1 : Arrays.binarySearch(ports, remotePort);
        if (server >= 0) {
            counts[server][SERVER][state]++;
            if (state == TcpState.CLOSE_WAIT.number() && inode == 0) {
                unacceptedCloseWait++;
            }
        } else if (client >= 0) {
            counts[client][CLIENT][state]++;
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
        census.put(Side.CLIENT, new SocketCensus(byState(CLIENT), 0));
        census.put(Side.SERVER, new SocketCensus(byState(SERVER), unacceptedCloseWait));
        return census;
    }

    /**
     * Sockets by watched port, side and state, those that are 0 included.
     *
     * @param stateMask states that were asked for; others are left out
     */
    Map<Integer, Map<Side, Map<TcpState, Long>>> byPort(int stateMask) {
        Map<Integer, Map<Side, Map<TcpState, Long>>> byPort = new TreeMap<>();
        for (int port = 0; port < ports.length; port++) {
            Map<Side, Map<TcpState, Long>> sides = new EnumMap<>(Side.class);
            sides.put(Side.CLIENT, byState(counts[port][CLIENT], stateMask));
            sides.put(Side.SERVER, byState(counts[port][SERVER], stateMask));
            byPort.put(ports[port], sides);
        }
        return byPort;
    }

    private Map<TcpState, Long> byState(int side) {
        Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
        for (long[][] ofPort : counts) {
            byState(ofPort[side], SockDiag.ALL_STATES).forEach((state, count) -> sockets.merge(state, count, Long::sum));
        }
        return sockets;
    }

    private static Map<TcpState, Long> byState(long[] counts, int stateMask) {
        Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
        for (TcpState state : TcpState.values()) {
            if ((stateMask & state.bit()) != 0) {
                sockets.put(state, counts[state.number()]);
            }
        }
        return sockets;
    }
}
