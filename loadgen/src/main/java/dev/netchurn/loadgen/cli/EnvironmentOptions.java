package dev.netchurn.loadgen.cli;

import dev.netchurn.kernel.CensusMode;
import dev.netchurn.loadgen.namespace.BaseSysctls;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.run.EnvironmentRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say where the run takes place and what is watched. */
final class EnvironmentOptions {

    @Option(names = "--topology", paramLabel = "veth|loopback|host",
            description = "Where the run takes place: two private namespaces, one, or this machine's own network. Default: veth; host with --target.")
    private @Nullable String topology;

    @Option(names = "--base-sysctls", paramLabel = "roomy|host|kernel",
            description = "What private namespaces start from: the host's values with a generator's limits raised, the host's, or the kernel's defaults. Default: roomy; host with --sysctl.")
    private @Nullable String base;

    @Option(names = "--sysctl", paramLabel = "[client:|server:]KEY=VALUE",
            description = "Set on top, in private namespaces only, read back and recorded. A short name such as somaxconn will do. Repeatable.")
    private @Nullable List<String> sysctls;

    @Option(names = "--census", paramLabel = "auto|full|counts", defaultValue = "auto",
            description = "Walk the socket table when it is cheap, at every interval, or only after the drain. Default: ${DEFAULT-VALUE}.")
    private String census = "";

    /** The environment that the flags describe. */
    EnvironmentRequest request(boolean externalTarget) {
        List<SysctlSetting> settings = sysctls == null
                ? List.of()
                : sysctls.stream().map(text -> Flag.read("--sysctl", text, SysctlSetting::parse)).toList();
        Topology where = topology != null
                ? Flag.read("--topology", topology, Topology::parse)
                : externalTarget ? Topology.HOST : Topology.VETH;
        if (externalTarget && where.isPrivate()) {
            throw new IllegalArgumentException("--topology " + where.text() + " cannot be used with --target:"
                    + " a private namespace cannot reach it");
        }
        if (!where.isPrivate() && base != null) {
            throw new IllegalArgumentException(
                    "--base-sysctls is for private namespaces; netchurn never changes the host's sysctls");
        }
        BaseSysctls start = base != null
                ? Flag.read("--base-sysctls", base, BaseSysctls::parse)
                : settings.isEmpty() ? BaseSysctls.ROOMY : BaseSysctls.HOST;
        return new EnvironmentRequest(where, start, settings, Flag.choice("--census", census, CensusMode.class));
    }
}
