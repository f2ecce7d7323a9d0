package dev.netchurn.kernel;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Syscalls;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Takes readings of the network namespace in which it was constructed: sockets of both sides by state, counters, accept
 * queues. Sides are told apart by port, see {@link SocketTally}.
 *
 * <p>A walk of the socket table costs CPU time that grows with the table and with the sockets in it: 11 ms with 96 000
 * TIME_WAIT, 45 ms when those are listed as well (seen on Linux 6.18). In {@link CensusMode#AUTO} the next walk therefore waits
 * for 800 times the CPU time of the last, and leaves TIME_WAIT to sockstat when there is much of it; this keeps the observer
 * under one percent of a core, with what is done with its readings.
 *
 * <p>Owned by one thread, which must also construct it.
 */
public final class KernelObserver implements AutoCloseable {

    /** With more small timewait objects than this, listing them costs more than all the rest of a walk. */
    static final long TIME_WAIT_WORTH_WALKING = 50_000;
    /** Walks may take an eighth of the percent of a core; counters, snapshots and display share the rest. */
    private static final long WALK_PERIOD_PER_COST = 800;

    private final Set<Integer> targetPorts;
    private final CensusMode mode;
    private final Set<Side> sides;
    private final NanoClock clock;
    private final Syscalls syscalls = new Syscalls();
    private final SockDiag sockDiag = new SockDiag();
    private final ProcNet procNet = new ProcNet();

    private SocketEstimate estimate;
    private Map<Integer, ListenQueue> listenQueues = Map.of();
    private Map<Integer, Map<Side, Map<TcpState, Long>>> socketsByPort = Map.of();
    private boolean walkedBefore;
    private long lastWalkEndNs;
    private long lastWalkCostNs;
    private long cpuNs;

    /**
     * @param targetPorts ports that the server listens on, at least one
     * @param mode how much a reading may cost
     * @param sides which ends of the connections have sockets in this namespace: one of them, or both
     * @throws dev.netchurn.linux.NetlinkException when the kernel does not offer sock_diag
     */
    public KernelObserver(Set<Integer> targetPorts, CensusMode mode, Set<Side> sides, NanoClock clock) {
        if (targetPorts.isEmpty() || sides.isEmpty()) {
            throw new IllegalArgumentException("an observer needs a port and a side to observe");
        }
        this.targetPorts = Set.copyOf(targetPorts);
        this.mode = mode;
        this.sides = Set.copyOf(sides);
        this.clock = clock;
        this.estimate = SocketEstimate.beforeAnyWalk(sides);
    }

    /** A reading within the cost that the mode allows. */
    public KernelReading read() {
        return read(switch (mode) {
            case AUTO -> walkIsDue() ? Depth.WALK_UNLESS_LARGE : Depth.COUNTS;
            case FULL -> Depth.WALK;
            case COUNTS -> Depth.COUNTS;
        });
    }

    /** A reading that walks the socket table in all states, whatever it costs. */
    public KernelReading readFull() {
        return read(Depth.WALK);
    }

    /** The accept queues of the last reading, by port; a port without a listener is absent. */
    public Map<Integer, ListenQueue> listenQueues() {
        return listenQueues;
    }

    /**
     * Sockets by watched port, side and state at the last walk, those that are 0 included; empty before the first. TIME_WAIT is
     * absent when that walk left it out.
     */
    public Map<Integer, Map<Side, Map<TcpState, Long>>> socketsByPort() {
        return socketsByPort;
    }

    /** CPU time that all readings used. */
    public long cpuNs() {
        return cpuNs;
    }

    /** net.ipv4.tcp_max_tw_buckets of this namespace as it is now; empty when it is not shown. */
    public OptionalLong timeWaitLimit() {
        return procNet.timeWaitLimit();
    }

    @Override
    public void close() {
        procNet.close();
        sockDiag.close();
        syscalls.close();
    }

    private enum Depth { COUNTS, WALK_UNLESS_LARGE, WALK }

    /** Who watches one side has a counterpart that watches the other: the two share what one may spend. */
    private long walkPeriodPerCost() {
        return sides.size() == 1 ? 2 * WALK_PERIOD_PER_COST : WALK_PERIOD_PER_COST;
    }

    private boolean walkIsDue() {
        return !walkedBefore || clock.nanoTime() - lastWalkEndNs >= walkPeriodPerCost() * lastWalkCostNs;
    }

    private KernelReading read(Depth depth) {
        long cpuBeforeNs = syscalls.threadCpuNs();
        long atNs = clock.nanoTime();
        SockStat sockStat = procNet.sockStat();
        ProcNet.Counters counters = procNet.counters();
        ListenTally listeners = listeners();
        long tw = sockStat.timeWait();
        long established = counters.currentlyEstablished();
        boolean walks = depth != Depth.COUNTS;
        boolean listsTimeWait = walks && (depth == Depth.WALK || isWorthListing(tw));
        Map<Side, SocketCensus> census;
        if (listsTimeWait) {
            estimate = estimate.afterWalk(walk(SockDiag.ALL_STATES), established);
            census = estimate.census();
        } else if (walks) {
            estimate = estimate.afterWalkWithoutTimeWait(walk(SockDiag.ALL_STATES & ~TcpState.TIME_WAIT.bit()), established);
            census = estimate.withTimeWait(tw);
        } else {
            census = withListeners(estimate.withCounts(tw, established), listeners.listeners());
        }
        census = new EnumMap<>(census);
        census.keySet().retainAll(sides);
        listenQueues = listeners.byPort();
        long walkAgeNs = walkedBefore ? atNs - lastWalkEndNs : KernelReading.NEVER_WALKED;
        long costNs = syscalls.threadCpuNs() - cpuBeforeNs;
        cpuNs += costNs;
        return new KernelReading(
                atNs,
                census,
                walks,
                walks ? 0 : walkAgeNs,
                !listsTimeWait,
                counters.counters(),
                listeners.sum(),
                costNs);
    }

    /** Much TIME_WAIT is left to sockstat, unless only a walk can say which side holds it. */
    private boolean isWorthListing(long timeWait) {
        return timeWait <= TIME_WAIT_WORTH_WALKING || !estimate.dividesTimeWait();
    }

    private SocketTally walk(int stateMask) {
        long cpuBeforeNs = syscalls.threadCpuNs();
        SocketTally tally = new SocketTally(targetPorts);
        sockDiag.dump(stateMask, tally);
        socketsByPort = tally.byPort(stateMask);
        // The first walk pays for loading and compiling our code; only later ones say what a walk costs.
        lastWalkCostNs = walkedBefore ? syscalls.threadCpuNs() - cpuBeforeNs : 0;
        lastWalkEndNs = clock.nanoTime();
        walkedBefore = true;
        return tally;
    }

    private ListenTally listeners() {
        ListenTally tally = new ListenTally(targetPorts);
        if (sides.contains(Side.SERVER)) {
            sockDiag.dumpListeners(tally);
        }
        return tally;
    }

    private static Map<Side, SocketCensus> withListeners(Map<Side, SocketCensus> census, long listeners) {
        Map<Side, SocketCensus> changed = new EnumMap<>(census);
        SocketCensus server = changed.getOrDefault(Side.SERVER, SocketCensus.EMPTY);
        Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
        sockets.putAll(server.sockets());
        sockets.put(TcpState.LISTEN, listeners);
        changed.put(Side.SERVER, new SocketCensus(sockets, server.unacceptedCloseWait()));
        return changed;
    }
}
