package dev.netchurn.loadgen.run;

import java.util.Map;

/**
 * The settings of the client's namespace that decide how many connections it can make.
 *
 * @param lowPort first ephemeral port
 * @param highPort last ephemeral port
 * @param timeWaitReuse tcp_tw_reuse: 0, 1 or 2
 * @param reuseDelayNs tcp_tw_reuse_delay, which the kernel gives in milliseconds
 * @param timestamps whether tcp_timestamps is on, without which no TIME_WAIT is reused
 * @param maxTimeWaitBuckets tcp_max_tw_buckets
 */
record ClientSysctls(
        int lowPort, int highPort, int timeWaitReuse, long reuseDelayNs, boolean timestamps, long maxTimeWaitBuckets) {

    /** From sysctl values; what is absent has the kernel's default (Documentation/networking/ip-sysctl.rst). */
    static ClientSysctls of(Map<String, String> values) {
        String[] range = values.getOrDefault("net.ipv4.ip_local_port_range", "32768 60999").strip().split("\\s+");
        return new ClientSysctls(
                Integer.parseInt(range[0]),
                Integer.parseInt(range[range.length - 1]),
                number(values, "net.ipv4.tcp_tw_reuse", 2),
                number(values, "net.ipv4.tcp_tw_reuse_delay", 1000) * 1_000_000L,
                number(values, "net.ipv4.tcp_timestamps", 1) != 0,
                number(values, "net.ipv4.tcp_max_tw_buckets", 131_072));
    }

    private static int number(Map<String, String> values, String key, int absent) {
        String value = values.get(key);
        return value == null ? absent : Integer.parseInt(value.strip());
    }

    int ports() {
        return highPort - lowPort + 1;
    }

    boolean hasPort(int port) {
        return port >= lowPort && port <= highPort;
    }
}
