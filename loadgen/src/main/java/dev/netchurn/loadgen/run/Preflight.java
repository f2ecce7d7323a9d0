package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Arithmetic before any load: can what was asked for last, and with which remedy. */
public final class Preflight {

    /** Descriptors for jars, logs, epoll, netlink and the report. */
    private static final int RESERVED_DESCRIPTORS = 64;

    private Preflight() {
    }

    /** One sentence for each reason not to start; empty when there is none. */
    public static List<String> objections(RunPlan plan, HostFacts host) {
        List<String> objections = new ArrayList<>();
        descriptors(plan, host, objections);
        ports(plan, objections);
        return objections;
    }

    private static void descriptors(RunPlan plan, HostFacts host, List<String> objections) {
        if (plan.request().allowed().contains(Outcome.NO_DESCRIPTOR.text())) {
            return;
        }
        LoadRequest load = plan.request().load();
        if (Planner.opensWithoutEnd(load)) {
            objections.add(
                    "with --close never a closed loop opens connections until the descriptors run out; give --connections N or --rate R");
            return;
        }
        double open =
                load.connection().close() instanceof ClientClose.Never ? load.expectedConnections() : load.inFlightBound();
        long limit = host.descriptors().hard();
        if (limit >= 0 && open + RESERVED_DESCRIPTORS > limit) {
            objections.add(String.format(java.util.Locale.ROOT,
                    "%.0f connections may be open at a time, but this process may have %d descriptors; lower %s or raise 'ulimit -Hn'",
                    open, limit, load.arrival() instanceof ArrivalPlan.ClosedLoop ? "--concurrency" : "--max-in-flight"));
        }
    }

    private static void ports(RunPlan plan, List<String> objections) {
        if (plan.request().allowed().contains(Outcome.NO_LOCAL_PORT.text())) {
            return;
        }
        plan.forecast().objection().ifPresent(objections::add);
    }
}
