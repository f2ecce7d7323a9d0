package dev.netchurn.kernel;

import dev.netchurn.linux.ProcFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The ports that connect() chooses from in one network namespace (ip_local_port_range without ip_local_reserved_ports,
 * Documentation/networking/ip-sysctl.rst).
 *
 * @param low first of the range
 * @param high last of the range
 * @param reserved how many of the range are reserved
 * @param usable those that are not
 * @param timeWaitReuse tcp_tw_reuse: 0 never, 1 wherever timestamps allow, 2 on loopback only
 */
public record LocalPorts(int low, int high, int reserved, BitSet usable, int timeWaitReuse) {

    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");

    /**
     * Reads those of the namespace that the calling thread is in.
     *
     * @throws IOException when a setting cannot be read
     */
    public static LocalPorts read() throws IOException {
        return of(ProcFile.readOnce(IPV4.resolve("ip_local_port_range")),
                ProcFile.readOnce(IPV4.resolve("ip_local_reserved_ports")),
                ProcFile.readOnce(IPV4.resolve("tcp_tw_reuse")));
    }

    static LocalPorts of(String range, String reserved, String timeWaitReuse) {
        String[] ends = range.strip().split("\\s+");
        int low = Integer.parseInt(ends[0]);
        int high = Integer.parseInt(ends[1]);
        BitSet usable = new BitSet(65_536);
        usable.set(low, high + 1);
        for (String part : reserved.strip().split(",")) {
            if (!part.isBlank()) {
                String[] bounds = part.split("-", 2);
                usable.clear(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[bounds.length - 1]) + 1);
            }
        }
        return new LocalPorts(low, high, high - low + 1 - usable.cardinality(), usable,
                Integer.parseInt(timeWaitReuse.strip()));
    }
}
