package dev.netchurn.loadgen.run;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern RANGE = Pattern.compile("\\s*(\\d{1,5})\\s+(\\d{1,5})\\s*");
    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,9})\\s*");

    /**
     * From sysctl values; what is absent has the kernel's default (Documentation/networking/ip-sysctl.rst). So has what makes
     * no sense: the kernel refuses it when it is set, and says so better.
     */
    static ClientSysctls of(Map<String, String> values) {
        int[] range = range(values.getOrDefault("net.ipv4.ip_local_port_range", ""));
        return new ClientSysctls(
                range[0],
                range[1],
                number(values, "net.ipv4.tcp_tw_reuse", 2),
                number(values, "net.ipv4.tcp_tw_reuse_delay", 1000) * 1_000_000L,
                number(values, "net.ipv4.tcp_timestamps", 1) != 0,
                number(values, "net.ipv4.tcp_max_tw_buckets", 131_072));
    }

    private static int[] range(String value) {
        Matcher matcher = RANGE.matcher(value);
        if (matcher.matches()) {
            int low = Integer.parseInt(matcher.group(1));
            int high = Integer.parseInt(matcher.group(2));
            if (low <= high && high <= 65_535) {
                return new int[] {low, high};
            }
        }
        return new int[] {32_768, 60_999};
    }

    private static int number(Map<String, String> values, String key, int absent) {
        Matcher matcher = NUMBER.matcher(values.getOrDefault(key, ""));
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : absent;
    }

    int ports() {
        return highPort - lowPort + 1;
    }

    boolean hasPort(int port) {
        return port >= lowPort && port <= highPort;
    }
}
