package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.namespace.Topology;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run as the user asked for it, every default filled in.
 *
 * @param name short, for the result folder and the report
 * @param target whom to churn against
 * @param load the load
 * @param environment where
 * @param allowed outcomes and checks that are the subject of the run and do not void it
 * @param assertions to evaluate at the end
 * @param force run although preflight refuses
 * @param config every effective flag by its long name, for the result
 */
public record RunRequest(
        String name,
        TargetRequest target,
        LoadRequest load,
        EnvironmentRequest environment,
        Set<String> allowed,
        List<Assertion> assertions,
        boolean force,
        Map<String, Object> config) {

    public RunRequest {
        allowed = Set.copyOf(allowed);
        assertions = List.copyOf(assertions);
        config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    }

    /** The endpoint of a watch on the server's host; null for none. */
    public @Nullable String observe() {
        return target instanceof TargetRequest.External external ? external.observe() : null;
    }

    /** Whether each side has a network namespace of its own, of which both are read. */
    public boolean readsTwoNamespaces() {
        return environment.topology() == Topology.VETH || observe() != null;
    }

    /** Whether the target is started and stopped with the run. */
    public boolean startsTarget() {
        return !(target instanceof TargetRequest.External);
    }
}
