package dev.netchurn.loadgen.run;

import java.util.BitSet;
import java.util.Collection;
import java.util.StringJoiner;

/** A value of net.ipv4.ip_local_reserved_ports in the form in which the kernel gives it back. */
final class ReservedPorts {

    private ReservedPorts() {
    }

    /**
     * Ports added to what is reserved already.
     *
     * @param reserved ports and ranges with commas, such as {@code 8080,9000-9003}; may be empty
     * @return sorted, with neighbours joined to ranges (kernel/sysctl.c:proc_do_large_bitmap)
     */
    static String with(String reserved, Collection<Integer> ports) {
        BitSet all = new BitSet(65_536);
        for (String part : reserved.strip().split(",")) {
            if (!part.isBlank()) {
                String[] ends = part.strip().split("-", 2);
                all.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        ports.forEach(all::set);
        StringJoiner text = new StringJoiner(",");
        for (int first = all.nextSetBit(0); first >= 0; first = all.nextSetBit(all.nextClearBit(first))) {
            int last = all.nextClearBit(first) - 1;
            text.add(first == last ? String.valueOf(first) : first + "-" + last);
        }
        return text.toString();
    }
}
