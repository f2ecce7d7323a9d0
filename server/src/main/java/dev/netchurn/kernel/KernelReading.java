package dev.netchurn.kernel;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel of one network namespace said at one instant.
 *
 * @param atNs when, on the monotonic clock
 * @param census per side; a side that was not looked for in this namespace is absent
 * @param walked whether the socket table was walked for this reading; if not, the states come from O(1) sources and, for
 *     those that have none, from the last walk
 * @param walkAgeNs age of the last walk, 0 when {@code walked}, {@link #NEVER_WALKED} when there was none
 * @param timeWaitFromSockstat whether TIME_WAIT is sockstat's {@code tw} (which includes orphaned FIN_WAIT_2)
 * @param counters since the namespace began
 * @param listenQueue of the listeners on the watched ports; null when there is none in this namespace
 * @param costNs CPU time that taking this reading used
 */
public record KernelReading(
        long atNs,
        Map<Side, SocketCensus> census,
        boolean walked,
        long walkAgeNs,
        boolean timeWaitFromSockstat,
        TcpCounters counters,
        @Nullable ListenQueue listenQueue,
        long costNs) {

    /** The age of a walk that did not happen. */
    public static final long NEVER_WALKED = -1;

    public KernelReading {
        census = Map.copyOf(census);
    }

    /** The census of a side, empty when that side has no socket here. */
    public SocketCensus side(Side side) {
        return census.getOrDefault(side, SocketCensus.EMPTY);
    }
}
