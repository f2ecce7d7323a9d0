package dev.netchurn.loadgen.source;

import java.net.InetAddress;
import java.util.List;

/**
 * Where connections leave from.
 *
 * @param addresses local addresses to rotate through; empty leaves the choice to the kernel
 * @param lowPort lower bound for IP_LOCAL_PORT_RANGE, 0 for none
 * @param highPort upper bound, 0 for none
 * @param bind when the local address is bound
 */
public record SourcePlan(List<InetAddress> addresses, int lowPort, int highPort, Bind bind) {

    /** When the local port is chosen. */
    public enum Bind {
        /** No bind(2): connect() chooses address and port. */
        NONE,
        /** bind(2) with IP_BIND_ADDRESS_NO_PORT: connect() chooses the port, so four-tuples are shared. */
        LATE,
        /** Plain bind(2): the port belongs to this connection alone, for all destinations. */
        EARLY;

        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public SourcePlan {
        addresses = List.copyOf(addresses);
        if (lowPort < 0 || highPort > 65535 || lowPort > highPort || (lowPort == 0) != (highPort == 0)) {
            throw new IllegalArgumentException("source ports go from a lower to a higher port between 1 and 65535");
        }
        if (bind == Bind.NONE && !addresses.isEmpty()) {
            throw new IllegalArgumentException("source addresses need a bind, late or early");
        }
    }

    /** Whether ports are narrowed by IP_LOCAL_PORT_RANGE. */
    public boolean hasPortRange() {
        return lowPort != 0;
    }

    /**
     * The one port that every connection names in its bind(2), or 0 when the kernel chooses. Only a port that is named is
     * bound over TIME_WAIT with SO_REUSEADDR or SO_REUSEPORT (net/ipv4/inet_connection_sock.c, inet_csk_get_port).
     */
    public int namedPort() {
        return bind == Bind.EARLY && lowPort == highPort ? lowPort : 0;
    }
}
