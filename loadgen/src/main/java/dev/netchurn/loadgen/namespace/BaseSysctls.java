package dev.netchurn.loadgen.namespace;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a private namespace's sysctls are before any {@code --sysctl}. */
public enum BaseSysctls {
    /** The host's, with those limits raised that would only hold back a load generator. */
    ROOMY,
    /** The host's. */
    HOST,
    /** The kernel's own defaults, as a fresh namespace has them. */
    KERNEL;

    private static final long TIME_WAIT_BYTES = 256;

    /**
     * Reads {@code roomy host kernel}.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static BaseSysctls parse(String text) {
        for (BaseSysctls base : values()) {
            if (base.text().equals(text)) {
                return base;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a base for sysctls; use roomy, host or kernel");
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The settings to apply, given the host's.
     *
     * @param memoryBytes of the machine; TIME_WAIT sockets may take an eighth of it
     */
    public Map<String, String> settings(Map<String, String> host, long memoryBytes) {
        return switch (this) {
            case KERNEL -> Map.of();
            case HOST -> host;
            case ROOMY -> {
                Map<String, String> roomy = new TreeMap<>(host);
                long buckets = Math.clamp(memoryBytes / 8 / TIME_WAIT_BYTES, 262_144, 4_194_304);
                roomy.put("net.ipv4.ip_local_port_range", "10000 65535");
                raise(roomy, "net.ipv4.tcp_max_tw_buckets", buckets);
                raise(roomy, "net.core.somaxconn", 65_535);
                raise(roomy, "net.ipv4.tcp_max_syn_backlog", 65_535);
                yield roomy;
            }
        };
    }

    /** A host that allows more keeps it. */
    private static void raise(Map<String, String> settings, String key, long least) {
        long current = Long.parseLong(settings.getOrDefault(key, "0").strip());
        settings.put(key, Long.toString(Math.max(current, least)));
    }
}
