package dev.netchurn.loadgen.pacing;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.util.List;

/**
 * Everything a load needs to know; immutable, and sent to the worker as one line of JSON. All times are nanoseconds.
 *
 * @param engine by which means connections are made
 * @param targets rotated through, connection by connection, at least one
 * @param loops client event loops, 1 to 64
 * @param arrival closed or open loop
 * @param maxInFlight bound on connections in flight over all loops
 * @param overload what happens to an arrival that is due while the bound is reached (open loop)
 * @param measuredConnections stop after so many measured arrivals; 0 = stop after {@code measureNs}
 * @param warmupNs excluded before
 * @param measureNs measured; an upper bound when {@code measuredConnections} is set
 * @param drainNs at most this long after the last arrival
 * @param intervalNs between snapshots, at least 10 ms
 * @param source local addresses and ports
 * @param connection what happens in each connection
 */
public record LoadPlan(
        Engine engine,
        List<Endpoint> targets,
        int loops,
        ArrivalPlan arrival,
        int maxInFlight,
        Overload overload,
        long measuredConnections,
        long warmupNs,
        long measureNs,
        long drainNs,
        long intervalNs,
        SourcePlan source,
        ConnectionPlan connection) {

    /** What happens to an arrival that is due while the in-flight bound is reached. */
    public enum Overload {
        /** Counted as shed and never started. */
        SHED,
        /** Started when a place is free, with its intended start. */
        QUEUE
    }

    /** Between two snapshots: more often, and making them would be part of what is measured. */
    public static final long SHORTEST_INTERVAL_NS = 10_000_000L;

    public LoadPlan {
        targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a load needs at least one target");
        }
        if (loops < 1 || loops > 64) {
            throw new IllegalArgumentException("event loops are between 1 and 64, not " + loops);
        }
        if (maxInFlight < loops) {
            throw new IllegalArgumentException(
                    "the in-flight bound must give each of " + loops + " event loops at least one connection");
        }
        if (measuredConnections < 0 || warmupNs < 0 || measureNs <= 0 || drainNs < 0) {
            throw new IllegalArgumentException("a measurement is longer than 0; counts, warm-up and drain cannot be negative");
        }
        if (intervalNs < SHORTEST_INTERVAL_NS) {
            throw new IllegalArgumentException("an interval is at least 10ms");
        }
    }

    /** Event loops that have anything to do: a closed loop of fewer connections than loops leaves the rest out. */
    public int loopsUsed() {
        return switch (arrival) {
            case ArrivalPlan.ClosedLoop closed -> Math.min(loops, closed.concurrency());
            case ArrivalPlan.OpenLoop _ -> loops;
        };
    }

    /** The same load on other targets. */
    public LoadPlan against(List<Endpoint> others) {
        return new LoadPlan(engine, others, loops, arrival, maxInFlight, overload, measuredConnections, warmupNs, measureNs,
                drainNs,
                intervalNs, source, connection);
    }
}
