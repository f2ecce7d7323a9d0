package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.namespace.NamespacePlan;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.worker.TargetPlan;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run, fully decided; nothing was started yet.
 *
 * @param request what it came from
 * @param load for the load worker
 * @param target for the target worker; null with a target that somebody else started
 * @param clientNamespace for the load worker's private namespace; null on the host's network
 * @param serverNamespace for the target worker's; null on the host's network, and on loopback, where both share one
 * @param targetPorts by which the two sides are told apart
 * @param forecast what the ports allow
 * @param notes what the plan chose and why, one sentence each
 */
public record RunPlan(
        RunRequest request,
        LoadPlan load,
        @Nullable TargetPlan target,
        @Nullable NamespacePlan clientNamespace,
        @Nullable NamespacePlan serverNamespace,
        Set<Integer> targetPorts,
        PortForecast forecast,
        List<String> notes) {

    public RunPlan {
        targetPorts = Set.copyOf(targetPorts);
        notes = List.copyOf(notes);
    }

    /** What our own target does; null with any other. */
    public @Nullable ServerPlan server() {
        return target instanceof TargetPlan.Embedded embedded ? embedded.server() : null;
    }

    /** The server program to be started; null without one. */
    public TargetPlan.@Nullable Program program() {
        return target instanceof TargetPlan.Program program ? program : null;
    }

    /** The same, with what a server program prints kept in a file. */
    public RunPlan keepingOutput(Path file) {
        TargetPlan.Program program = program();
        return program == null
                ? this
                : new RunPlan(request, load, program.writingTo(file.toAbsolutePath().toString()), clientNamespace,
                        serverNamespace, targetPorts, forecast, notes);
    }

    /** Whether the target is our own and only fills its accept queue. */
    boolean neverAccepts() {
        ServerPlan own = server();
        return own != null && own.close() instanceof ServerClose.NoAccept;
    }
}
