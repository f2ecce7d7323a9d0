package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.transport.Engine;
import dev.netchurn.transport.UringLoop;

/**
 * The load as asked for, before addresses are known. All times are nanoseconds.
 *
 * @param engine by which means connections are made
 * @param arrival closed or open loop
 * @param maxInFlight bound in open loop
 * @param overload what happens at the bound
 * @param connections measured arrivals after which the run ends, 0 for none
 * @param warmupNs excluded before
 * @param measureNs measured time
 * @param drainNs bound after
 * @param intervalNs between snapshots
 * @param loops client event loops
 * @param connection what happens in each connection
 * @param source where connections leave from
 */
public record LoadRequest(
        Engine engine,
        ArrivalPlan arrival,
        int maxInFlight,
        LoadPlan.Overload overload,
        long connections,
        long warmupNs,
        long measureNs,
        long drainNs,
        long intervalNs,
        int loops,
        ConnectionPlan connection,
        SourceRequest source) {

    public LoadRequest {
        int perLoop = (bound(arrival, maxInFlight) + loops - 1) / loops;
        if (engine == Engine.IO_URING && perLoop > UringLoop.MOST_UNDER_WAY) {
            throw new IllegalArgumentException("an io_uring has room for the completions of " + UringLoop.MOST_UNDER_WAY
                    + " connections in flight, and each of " + loops + " event loops would have " + perLoop
                    + "; lower --concurrency or --max-in-flight, or give more --loops");
        }
    }

    /** How many connections can be in flight at a time. */
    public int inFlightBound() {
        return bound(arrival, maxInFlight);
    }

    private static int bound(ArrivalPlan arrival, int maxInFlight) {
        return switch (arrival) {
            case ArrivalPlan.ClosedLoop closed -> closed.concurrency();
            case ArrivalPlan.OpenLoop _ -> maxInFlight;
        };
    }

    /** Connections per second that are intended at most, or what a fast machine could do in closed loop. */
    public double highestRate() {
        return switch (arrival) {
            case ArrivalPlan.ClosedLoop _ -> AddressPlan.FAST_CLOSED_LOOP_PER_SECOND;
            case ArrivalPlan.OpenLoop open -> Math.max(open.fromPerSecond(), open.toPerSecond());
        };
    }

    /** Connections that the whole run may make, as far as that can be said. */
    public double expectedConnections() {
        double warm = highestRate() * warmupNs / 1e9;
        return warm + (connections > 0 ? connections : highestRate() * measureNs / 1e9);
    }
}
