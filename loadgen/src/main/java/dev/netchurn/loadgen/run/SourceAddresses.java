package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.transport.Endpoint;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;

/** Whether connections can leave from the addresses that the user gave. */
final class SourceAddresses {

    private SourceAddresses() {
    }

    /**
     * Refuses what bind(2) or connect(2) would refuse for every connection.
     *
     * @throws RunRefused for an address of another family than the target's, or one that is not the client's
     */
    static void check(List<InetAddress> sources, Topology topology, List<Endpoint> targets) throws RunRefused {
        for (InetAddress source : sources) {
            boolean ipv6 = source.getAddress().length == 16;
            if (targets.stream().anyMatch(target -> target.isIpv6() != ipv6)) {
                throw new RunRefused(RunRefused.Cause.USAGE,
                        "--source " + source.getHostAddress() + " is of another address family than the target "
                                + targets.getFirst());
            }
            switch (topology) {
                case VETH -> checkOnLink(source, targets);
                case LOOPBACK -> checkLoopback(source);
                case HOST -> checkLocal(source);
            }
        }
    }

    private static void checkOnLink(InetAddress source, List<Endpoint> targets) throws RunRefused {
        boolean taken = targets.stream().anyMatch(target -> target.address().equals(source));
        if (taken || !AddressPlan.isOnVeth(source)) {
            throw new RunRefused(RunRefused.Cause.USAGE, "--source " + source.getHostAddress() + (taken
                    ? " is an address of the target"
                    : " cannot be given to the client of --topology veth; take addresses of 10.77.0.0/24, or of fd77::/112 with --family 6"));
        }
    }

    private static void checkLoopback(InetAddress source) throws RunRefused {
        if (!source.isLoopbackAddress()) {
            throw new RunRefused(RunRefused.Cause.USAGE, "--source " + source.getHostAddress()
                    + " does not exist with --topology loopback; take addresses of 127.0.0.0/8, or ::1 with --family 6");
        }
    }

    /** A datagram socket sends nothing when it is bound, and the kernel's rules for its address are the same. */
    private static void checkLocal(InetAddress source) throws RunRefused {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.bind(new InetSocketAddress(source, 0));
        } catch (SocketException e) {
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT,
                    "--source " + source.getHostAddress() + " is not an address of this machine (" + e.getMessage() + ")");
        }
    }
}
