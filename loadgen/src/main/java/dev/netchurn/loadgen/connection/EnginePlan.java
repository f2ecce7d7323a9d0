package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.util.List;

/**
 * The part of a load plan that one event loop carries out.
 *
 * @param engine by which means
 * @param connection what happens in each connection
 * @param targets rotated through, connection by connection, at least one
 * @param source local addresses and ports
 * @param openLoop whether arrivals have an intended start of their own
 * @param inFlightLimit most connections in flight at a time, at least 1; those left open come on top
 * @param loop 0 to {@code loops − 1}
 * @param loops event loops of the whole load
 */
public record EnginePlan(
        Engine engine,
        ConnectionPlan connection,
        List<Endpoint> targets,
        SourcePlan source,
        boolean openLoop,
        int inFlightLimit,
        int loop,
        int loops) {

    public EnginePlan {
        targets = List.copyOf(targets);
    }
}
