package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.namespace.NamespacePlan.LinkAddress;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The addresses of a run against an embedded target.
 *
 * @param targets where the target listens
 * @param clientLinks addresses to put on links of the client's namespace
 * @param serverLinks addresses to put on links of the server's namespace
 */
public record AddressPlan(List<Endpoint> targets, List<LinkAddress> clientLinks, List<LinkAddress> serverLinks) {

    /** Outside of every usual ephemeral range, so that no connection leaves from it. */
    public static final int TARGET_PORT = 9000;
    public static final int MOST_TARGET_ADDRESSES = 64;
    public static final String CLIENT_LINK = "churn-client";
    public static final String SERVER_LINK = "churn-server";
    /** What an embedded closed loop reaches on a fast core; only sizes the address pool. */
    static final double FAST_CLOSED_LOOP_PER_SECOND = 40_000;

    private static final double TIME_WAIT_SECONDS = 62;

    public AddressPlan {
        targets = List.copyOf(targets);
        clientLinks = List.copyOf(clientLinks);
        serverLinks = List.copyOf(serverLinks);
    }

    /**
     * How many target addresses a load needs so that it uses at most half of each address's ports: connect() takes ports of
     * one parity first and gets slow once they are gone (net/ipv4/inet_hashtables.c).
     *
     * @param leavesTimeWait whether closed connections hold their four-tuple for a minute
     * @param ports in the ephemeral range
     */
    static int addressesNeeded(LoadRequest load, boolean leavesTimeWait, int ports) {
        double seconds = Math.min((load.warmupNs() + load.measureNs()) / 1e9, TIME_WAIT_SECONDS);
        double held = leavesTimeWait ? Math.min(load.highestRate() * seconds, load.expectedConnections()) : 0;
        double simultaneous = load.inFlightBound();
        return (int) Math.clamp(Math.ceil((held + simultaneous) / Math.max(1, ports / 2)), 1, MOST_TARGET_ADDRESSES);
    }

    /**
     * Lays out a number of target addresses.
     *
     * @param sources addresses that the client is to have besides its own
     */
    static AddressPlan of(Topology topology, int family, int addresses, List<InetAddress> sources) {
        return switch (topology) {
            case VETH -> veth(family, TARGET_PORT, addresses, sources);
            case LOOPBACK, HOST -> new AddressPlan(loopbackTargets(family, addresses), List.of(), List.of());
        };
    }

    /**
     * Lays out the addresses at which a server program is reached, at one port: the loopback ones begin with the address that
     * servers choose which are not to be reached from elsewhere.
     *
     * @param sources addresses that the client is to have besides its own
     */
    static AddressPlan ofProgram(Topology topology, int family, int port, int addresses, List<InetAddress> sources) {
        if (topology == Topology.VETH) {
            return veth(family, port, addresses, sources);
        }
        List<Endpoint> targets = new ArrayList<>();
        for (int i = 1; i <= (family == 4 ? addresses : 1); i++) {
            targets.add(new Endpoint(InetAddress.ofLiteral(family == 4 ? "127.0.0." + i : "::1"), port));
        }
        return new AddressPlan(targets, List.of(), List.of());
    }

    private static AddressPlan veth(int family, int port, int addresses, List<InetAddress> sources) {
        boolean ipv4 = family == 4;
        int prefix = ipv4 ? 16 : 64;
        List<Endpoint> targets = new ArrayList<>();
        List<LinkAddress> serverLinks = new ArrayList<>();
        for (int i = 1; i <= addresses; i++) {
            InetAddress address = InetAddress.ofLiteral(ipv4 ? "10.77.1." + i : "fd77::1:" + Integer.toHexString(i));
            targets.add(new Endpoint(address, port));
            serverLinks.add(new LinkAddress(SERVER_LINK, address, prefix));
        }
        InetAddress client = InetAddress.ofLiteral(ipv4 ? "10.77.0.1" : "fd77::1");
        List<LinkAddress> clientLinks =
                Stream.concat(Stream.of(client), sources.stream()).distinct().filter(AddressPlan::isOnVeth)
                        .map(address -> new LinkAddress(CLIENT_LINK, address, prefix)).toList();
        return new AddressPlan(targets, clientLinks, serverLinks);
    }

    /** Whether the client's end of the veth pair may have this address: one of 10.77.0.0/24 or fd77::/112. */
    static boolean isOnVeth(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] own = InetAddress.ofLiteral(bytes.length == 4 ? "10.77.0.0" : "fd77::").getAddress();
        int shared = bytes.length == 4 ? 3 : 14;
        return Arrays.equals(bytes, 0, shared, own, 0, shared);
    }

    /** All of 127/8 is local without configuration, but of IPv6 only ::1 is, so there the ports differ. */
    private static List<Endpoint> loopbackTargets(int family, int addresses) {
        List<Endpoint> targets = new ArrayList<>();
        for (int i = 1; i <= addresses; i++) {
            targets.add(family == 4
                    ? new Endpoint(InetAddress.ofLiteral("127.0.1." + i), TARGET_PORT)
                    : new Endpoint(InetAddress.ofLiteral("::1"), TARGET_PORT + i - 1));
        }
        return targets;
    }
}
