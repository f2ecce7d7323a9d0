package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.namespace.BaseSysctls;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.namespace.Topology;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the run takes place, and what is watched.
 *
 * @param topology which network
 * @param base what private namespaces start from
 * @param sysctls set on top
 * @param census what a kernel reading may cost
 */
public record EnvironmentRequest(Topology topology, BaseSysctls base, List<SysctlSetting> sysctls, CensusMode census) {

    public EnvironmentRequest {
        sysctls = List.copyOf(sysctls);
        if (!topology.isPrivate() && !sysctls.isEmpty()) {
            throw new IllegalArgumentException(
                    "--sysctl sets values in a private namespace only; netchurn never changes the host's."
                            + " Use --topology veth or loopback");
        }
        boolean oneSided = sysctls.stream().anyMatch(setting -> setting.side() != null);
        if (topology == Topology.LOOPBACK && oneSided) {
            throw new IllegalArgumentException(
                    "client: and server: need two namespaces; with --topology loopback both ends share one. Use --topology veth");
        }
    }

    /** What must be set in the namespace of a side. */
    public Map<String, String> required(Side side) {
        Map<String, String> required = new TreeMap<>();
        sysctls.stream().filter(setting -> setting.isFor(side))
                .forEach(setting -> required.put(setting.key(), setting.value()));
        return required;
    }
}
