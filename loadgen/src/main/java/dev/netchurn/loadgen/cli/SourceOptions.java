package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.connection.SocketOptions;
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

    private static final long NS_PER_MS = 1_000_000;

    @Option(names = "--source", paramLabel = "ADDR|A-B|CIDR|auto[,...]", defaultValue = "auto",
            description = "Local addresses to rotate through. Default: ${DEFAULT-VALUE}.")
    private String source = "";

    @Option(names = "--source-ports", paramLabel = "LO-HI",
            description = "Narrow the local ports (IP_LOCAL_PORT_RANGE, Linux 6.3).")
    private @Nullable String sourcePorts;

    @Option(names = "--bind", paramLabel = "auto|none|late|early", defaultValue = "auto",
            description = "When the local port is chosen: late = at connect (IP_BIND_ADDRESS_NO_PORT), early = at bind. auto = late with source addresses, else none. Default: ${DEFAULT-VALUE}.")
    private String bind = "";

    @Option(names = "--reuse-address",
            description = "SO_REUSEADDR on the client's sockets. Acts in bind(2), so with --bind early.")
    private boolean reuseAddress;

    @Option(names = "--reuse-port",
            description = "SO_REUSEPORT on the client's sockets. Acts in bind(2), so with --bind early.")
    private boolean reusePort;

    @Option(names = "--nodelay", description = "TCP_NODELAY on the client's sockets.")
    private boolean noDelay;

    @Option(names = "--tcp-linger2", paramLabel = "SECONDS",
            description = "TCP_LINGER2 on the client's sockets: how long FIN_WAIT2 lasts after close(2), 1 to 120; -1 = RST instead. Default: net.ipv4.tcp_fin_timeout.")
    private @Nullable String linger2;

    @Option(names = "--user-timeout", paramLabel = "D",
            description = "TCP_USER_TIMEOUT on the client's sockets: what was sent may stay unacknowledged for so long. Default: the kernel's retransmission limits.")
    private @Nullable String userTimeout;

    /** Options of the client's sockets. */
    SocketOptions socketOptions() {
        return new SocketOptions(reuseAddress, reusePort, noDelay, linger2 == null ? 0 : linger2Seconds(linger2),
                userTimeout == null ? 0 : userTimeoutMs(userTimeout));
    }

    private static int linger2Seconds(String text) {
        return text.equals("-1")
                ? SocketOptions.NO_FIN_WAIT2
                : Flag.read("--tcp-linger2", text, SourceOptions::secondsOfLinger2);
    }

    private static int secondsOfLinger2(String text) {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > SocketOptions.LONGEST_LINGER2_SECONDS) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither -1, which sends RST instead of entering FIN_WAIT2, nor a"
                            + " whole number of 1 to " + SocketOptions.LONGEST_LINGER2_SECONDS + " seconds");
        }
        return Integer.parseInt(text);
    }

    private static int userTimeoutMs(String text) {
        long ns = Flag.positiveNs("--user-timeout", text);
        if (ns % NS_PER_MS != 0) {
            throw new IllegalArgumentException("--user-timeout: the kernel counts it in milliseconds, so not " + text);
        }
        return (int) (ns / NS_PER_MS);
    }

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
