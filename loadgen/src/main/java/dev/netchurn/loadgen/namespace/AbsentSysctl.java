package dev.netchurn.loadgen.namespace;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Why a network namespace does not show a sysctl, as the end of a sentence. Whether it does is for the kernel to say; this only
 * finds words for it, from what the machine shows, from the keys that the namespace has, and from what is known of some names
 * (Documentation/networking/ip-sysctl.rst; seen on Linux 6.18).
 */
final class AbsentSysctl {

    /** The Linux that removed a key. */
    private static final Map<String, String> REMOVED = Map.of(
            "tcp_tw_recycle", "4.12, because it broke connections from behind address translation; net.ipv4.tcp_tw_reuse is the"
                    + " safe one",
            "tcp_thin_dupack", "4.11",
            "tcp_frto_response", "3.10",
            "tcp_cookie_size", "3.10",
            "tcp_abc", "3.9");

    /** The Linux that brought a key. */
    private static final Map<String, String> ADDED = Map.of(
            "tcp_tw_reuse_delay", "6.14",
            "tcp_syn_linear_timeouts", "6.5",
            "tcp_child_ehash_entries", "6.1",
            "tcp_ehash_entries", "6.1",
            "tcp_migrate_req", "5.14",
            "ip_autobind_reuse", "5.7");

    /** Names under net.ipv4 and net.core that no network namespace has of its own. */
    private static final Set<String> MACHINE_WIDE = Set.of("tcp_max_orphans", "tcp_mem", "udp_mem", "tcp_low_latency",
            "tcp_available_ulp", "inet_peer_threshold", "inet_peer_minttl", "inet_peer_maxttl", "netdev_max_backlog",
            "netdev_budget", "netdev_budget_usecs", "dev_weight", "busy_poll", "busy_read", "default_qdisc");

    private AbsentSysctl() {
    }

    /**
     * Says why.
     *
     * @param key full name, such as {@code net.ipv4.tcp_mem}
     * @param shownByMachine whether the key exists outside of the namespace
     * @param shown keys that the namespace has
     */
    static String reason(String key, boolean shownByMachine, Collection<String> shown) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        if (!key.startsWith("net.")) {
            return "it is no network setting, so it belongs to the whole machine and not to a network namespace";
        }
        if (shownByMachine) {
            return machineWide();
        }
        String removedIn = REMOVED.get(name);
        if (removedIn != null) {
            return "it was removed from Linux in " + removedIn;
        }
        if (MACHINE_WIDE.contains(name)) {
            return machineWide();
        }
        String addedIn = ADDED.get(name);
        if (addedIn != null) {
            return "this kernel does not have it; it came with Linux " + addedIn;
        }
        return "a network namespace of this kernel has no such key"
                + nearest(key, shown).map(other -> "; did you mean " + other + "?").orElse(", and none of a similar name");
    }

    private static String machineWide() {
        return "it belongs to the whole machine and not to a network namespace, so it cannot be tried without changing the host";
    }

    /** The key with the fewest edits, or with the same last part elsewhere; empty when all are too different. */
    static Optional<String> nearest(String key, Collection<String> shown) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        Optional<String> moved = shown.stream().filter(other -> other.endsWith("." + name))
                .min(Comparator.<String>comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        if (moved.isPresent()) {
            return moved;
        }
        int most = Math.max(2, name.length() / 4);
        return shown.stream().filter(other -> Math.abs(other.length() - key.length()) <= most)
                .filter(other -> edits(key, other) <= most)
                .min(Comparator.<String>comparingInt(other -> edits(key, other)).thenComparing(Comparator.naturalOrder()));
    }

    /** Single characters to insert, remove or replace (Levenshtein). */
    private static int edits(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[to.length()];
    }
}
