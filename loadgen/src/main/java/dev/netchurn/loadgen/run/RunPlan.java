package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.namespace.NamespacePlan;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.server.ServerPlan;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run, fully decided; nothing was started yet.
 *
 * @param request what it came from
 * @param load for the load worker
 * @param server for the target worker; null with somebody else's target
 * @param clientNamespace for the load worker's private namespace; null on the host's network
 * @param serverNamespace for the target worker's; null on the host's network, and on loopback, where both share one
 * @param targetPorts by which the two sides are told apart
 * @param forecast what the ports allow
 * @param notes what the plan chose and why, one sentence each
 */
public record RunPlan(
        RunRequest request,
        LoadPlan load,
        @Nullable ServerPlan server,
        @Nullable NamespacePlan clientNamespace,
        @Nullable NamespacePlan serverNamespace,
        Set<Integer> targetPorts,
        PortForecast forecast,
        List<String> notes) {

    public RunPlan {
        targetPorts = Set.copyOf(targetPorts);
        notes = List.copyOf(notes);
    }
}
