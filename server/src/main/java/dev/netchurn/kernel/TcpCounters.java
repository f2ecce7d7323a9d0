package dev.netchurn.kernel;

import java.util.Map;
import java.util.TreeMap;

/**
 * The kernel's TCP counters of one network namespace, by the names that {@code nstat} uses: {@code TcpActiveOpens},
 * {@code TcpExtTW}, … (net/ipv4/proc.c). Either a reading since the namespace began, or the difference of two.
 *
 * @param values by name; a name that is absent counts as 0
 */
public record TcpCounters(Map<String, Long> values) {

    public static final TcpCounters NONE = new TcpCounters(Map.of());

    public TcpCounters {
        values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** The value of a counter, 0 when the kernel does not have it. */
    public long get(String name) {
        return values.getOrDefault(name, 0L);
    }

    /** What moved since an earlier reading of the same namespace: non-zero differences only. */
    public TcpCounters since(TcpCounters earlier) {
        Map<String, Long> moved = new TreeMap<>();
        values.forEach((name, value) -> {
            long difference = value - earlier.get(name);
            if (difference != 0) {
                moved.put(name, difference);
            }
        });
        return new TcpCounters(moved);
    }
}
