package dev.netchurn.kernel;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * What the constant-cost sources say about each side, given the last walk. Two identities carry it: {@code tw} is TIME_WAIT
 * plus orphaned FIN_WAIT_2, and CurrEstab is ESTABLISHED plus CLOSE_WAIT (net/ipv4/proc.c). What moved since the walk is
 * ours, and is split between the sides as the walk saw them; when the walk cannot say how, and both sides are here, it is
 * left out.
 *
 * <p>Immutable and pure.
 *
 * @param sides which ends have sockets in this namespace
 * @param census of the last walk; empty when there was none
 * @param finWait2Minis orphaned FIN_WAIT_2 that the last walk saw
 * @param foreignTimeWait TIME_WAIT that is not watched, of the last walk that counted TIME_WAIT
 * @param timeWait per side, of the last walk that counted TIME_WAIT
 * @param currentlyEstablished CurrEstab at the last walk
 */
record SocketEstimate(
        Set<Side> sides,
        Map<Side, SocketCensus> census,
        long finWait2Minis,
        long foreignTimeWait,
        Map<Side, Long> timeWait,
        long currentlyEstablished) {

    static SocketEstimate beforeAnyWalk(Set<Side> sides) {
        return new SocketEstimate(Set.copyOf(sides), Map.of(), 0, 0, Map.of(), 0);
    }

    /** After a walk that counted every state. */
    SocketEstimate afterWalk(SocketTally tally, long establishedNow) {
        Map<Side, SocketCensus> walked = tally.census();
        Map<Side, Long> timeWaitWalked = new EnumMap<>(Side.class);
        walked.forEach((side, sockets) -> timeWaitWalked.put(side, sockets.in(TcpState.TIME_WAIT)));
        return new SocketEstimate(
                sides, walked, tally.finWait2Minis(), tally.foreignTimeWait(), timeWaitWalked, establishedNow);
    }

    /** After a walk that left TIME_WAIT out: how it divides stays what an earlier walk saw. */
    SocketEstimate afterWalkWithoutTimeWait(SocketTally tally, long establishedNow) {
        return new SocketEstimate(sides, tally.census(), tally.finWait2Minis(), foreignTimeWait, timeWait, establishedNow);
    }

    /** Whether TIME_WAIT of the namespace can be told to a side. */
    boolean dividesTimeWait() {
        return sides.size() == 1 || total(timeWait) > 0;
    }

    /** The last walk with TIME_WAIT replaced by what sockstat says now. */
    Map<Side, SocketCensus> withTimeWait(long tw) {
        long ours = Math.max(0, tw - finWait2Minis - foreignTimeWait);
        return with(TcpState.TIME_WAIT, divide(ours, timeWait), census);
    }

    /** The last walk with TIME_WAIT and ESTABLISHED moved to what sockstat and snmp say now. */
    Map<Side, SocketCensus> withCounts(long tw, long establishedNow) {
        Map<Side, Long> walked = new EnumMap<>(Side.class);
        census.forEach((side, sockets) -> walked.put(side, sockets.in(TcpState.ESTABLISHED)));
        long moved = establishedNow - currentlyEstablished;
        Map<Side, Long> established = divide(Math.max(0, total(walked) + moved), walked);
        return with(TcpState.ESTABLISHED, established, withTimeWait(tw));
    }

    private Map<Side, SocketCensus> with(TcpState state, Map<Side, Long> counts, Map<Side, SocketCensus> base) {
        Map<Side, SocketCensus> changed = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            SocketCensus old = base.getOrDefault(side, SocketCensus.EMPTY);
            Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
            sockets.putAll(old.sockets());
            sockets.put(state, counts.getOrDefault(side, 0L));
            changed.put(side, new SocketCensus(sockets, old.unacceptedCloseWait()));
        }
        return changed;
    }

    private Map<Side, Long> divide(long count, Map<Side, Long> ratio) {
        if (sides.size() == 1) {
            return Map.of(sides.iterator().next(), count);
        }
        long whole = total(ratio);
        if (whole == 0) {
            return Map.of();
        }
        long clients = Math.round((double) count * ratio.getOrDefault(Side.CLIENT, 0L) / whole);
        return Map.of(Side.CLIENT, clients, Side.SERVER, count - clients);
    }

    private static long total(Map<Side, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
