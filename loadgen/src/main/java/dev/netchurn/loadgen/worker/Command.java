package dev.netchurn.loadgen.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.namespace.NamespacePlan;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.transport.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the controller tells a worker: one line of JSON on its standard input each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.SetUpNamespace.class, name = "setUpNamespace"),
    @JsonSubTypes.Type(value = Command.Serve.class, name = "serve"),
    @JsonSubTypes.Type(value = Command.Load.class, name = "load"),
    @JsonSubTypes.Type(value = Command.SetSysctls.class, name = "setSysctls"),
    @JsonSubTypes.Type(value = Command.Listen.class, name = "listen"),
    @JsonSubTypes.Type(value = Command.Baseline.class, name = "baseline"),
    @JsonSubTypes.Type(value = Command.Go.class, name = "go"),
    @JsonSubTypes.Type(value = Command.MatchAccepts.class, name = "matchAccepts"),
    @JsonSubTypes.Type(value = Command.Walk.class, name = "walk"),
    @JsonSubTypes.Type(value = Command.StopArrivals.class, name = "stopArrivals"),
    @JsonSubTypes.Type(value = Command.Finish.class, name = "finish")
})
public sealed interface Command {

    /**
     * Prepare the private namespace that the worker was started in. Required settings are tried and taken back, so that the
     * warm-up does not suffer from what the run is about. Answered by {@link Message.NamespaceReady}.
     */
    record SetUpNamespace(NamespacePlan plan) implements Command {
    }

    /** Be the target, and get warm within a time. Answered by {@link Message.Warm}. */
    record Serve(TargetPlan plan, @Nullable ObserverPlan observer, long prewarmNs) implements Command {
    }

    /** Be the load, and get warm within a time. Answered by {@link Message.Warm}; nothing goes to the target before {@link Go}. */
    record Load(LoadPlan plan, @Nullable ObserverPlan observer, long prewarmNs) implements Command {
    }

    /** Set these for good, now that all are warm. Answered by {@link Message.NamespaceReady}. */
    record SetSysctls(Map<String, String> required) implements Command {
        public SetSysctls {
            required = Map.copyOf(required);
        }
    }

    /**
     * Open the target's listeners, or make the load ready to go. Answered by {@link Message.Ready}.
     *
     * @param targets where the load is to go, of those in its plan: a server program may not listen on every address that it
     *     was offered; a target takes no notice
     */
    record Listen(List<Endpoint> targets) implements Command {
        public Listen {
            targets = List.copyOf(targets);
        }
    }

    /**
     * Take the reading that everything is compared with, while nothing moves yet. Answered by the {@link Message.Interval} of
     * tick 0; the start is set only when all have answered, so that no connection can precede a baseline.
     */
    record Baseline() implements Command {
    }

    /**
     * Start at an instant of the machine's monotonic clock, which all workers share.
     *
     * @param startAtNs when the warm-up begins
     * @param warmupNs the measurement begins so long after it
     * @param intervalNs between snapshots
     * @param othersOn processors to which all threads but the event loops of the load are confined when the measurement begins;
     *     none: they are not
     */
    record Go(long startAtNs, long warmupNs, long intervalNs, List<Integer> othersOn) implements Command {
        public Go {
            othersOn = List.copyOf(othersOn);
        }
    }

    /** Ask the target when it accepted these connections. Answered by {@link Message.AcceptsMatched}. */
    record MatchAccepts(
            @SampleBatch.Packed List<EstablishedSample> samples) implements Command {
    }

    /** Take a full reading now. Answered by {@link Message.Walked}. */
    record Walk() implements Command {
    }

    /** Start no more connections; the drain begins. */
    record StopArrivals() implements Command {
    }

    /** Close everything, answer with {@link Message.Finished}, and exit. */
    record Finish() implements Command {
    }

    /**
     * Which sockets of its namespace a worker counts.
     *
     * @param targetPorts local port among these: the server's side; remote port: the client's
     * @param sides that can have sockets in this namespace
     * @param mode what a reading may cost
     */
    record ObserverPlan(Set<Integer> targetPorts, Set<Side> sides, CensusMode mode) {
        public ObserverPlan {
            targetPorts = Set.copyOf(targetPorts);
            sides = Set.copyOf(sides);
        }
    }
}
