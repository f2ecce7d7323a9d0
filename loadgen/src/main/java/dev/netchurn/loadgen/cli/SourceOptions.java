package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.run.SourceRequest;
import dev.netchurn.loadgen.source.SourceAddressText;
import dev.netchurn.loadgen.source.SourcePlan;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say where connections leave from. */
final class SourceOptions {

    @Option(names = "--source", paramLabel = "ADDR|A-B|CIDR|auto[,...]", defaultValue = "auto",
            description = "Local addresses to rotate through. Default: ${DEFAULT-VALUE}.")
    private String source = "";

    @Option(names = "--source-ports", paramLabel = "LO-HI",
            description = "Narrow the local ports (IP_LOCAL_PORT_RANGE, Linux 6.3).")
    private @Nullable String sourcePorts;

    @Option(names = "--bind", paramLabel = "auto|none|late|early", defaultValue = "auto",
            description = "When the local port is chosen: late = at connect (IP_BIND_ADDRESS_NO_PORT), early = at bind. auto = late with source addresses, else none. Default: ${DEFAULT-VALUE}.")
    private String bind = "";

    SourceRequest request() {
        List<InetAddress> addresses =
                source.equals("auto") ? List.of() : Flag.read("--source", source, SourceAddressText::parse);
        int[] ports = sourcePorts == null ? new int[] {0, 0} : ports(sourcePorts);
        SourcePlan.Bind when = bind.equals("auto") ? null : bind();
        if (when == SourcePlan.Bind.NONE && !addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "--bind none leaves the local address to the kernel, so --source cannot be given with it");
        }
        return new SourceRequest(addresses, ports[0], ports[1], when);
    }

    private SourcePlan.Bind bind() {
        return Flag.choice("--bind", bind.toLowerCase(Locale.ROOT), SourcePlan.Bind.class);
    }

    private static int[] ports(String text) {
        String[] ends = text.split("-", -1);
        if (ends.length == 2) {
            int low = (int) Flag.count("--source-ports", ends[0], 1, 65535);
            int high = (int) Flag.count("--source-ports", ends[1], 1, 65535);
            if (low <= high) {
                return new int[] {low, high};
            }
        }
        throw new IllegalArgumentException("--source-ports: '" + text + "' is not a range; write LO-HI, such as 20000-29999");
    }
}
