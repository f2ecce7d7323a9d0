package dev.netchurn.kernel;

import java.net.InetAddress;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts what the connections from this network namespace to one host hold, by the port there. Owned by the thread that
 * constructs it, in whose namespace it looks.
 */
public final class PeerObserver implements AutoCloseable {

    private final SockDiag sockDiag = new SockDiag();
    private final InetAddress host;
    private final int port;

    /**
     * @param host the upstream
     * @param port there, or 0 for any to which there are connections
     * @throws dev.netchurn.linux.NetlinkException when the kernel does not offer sock_diag
     */
    public PeerObserver(InetAddress host, int port) {
        this.host = host;
        this.port = port;
    }

    /** By port of the host; the one that was asked for is there in any case. */
    public SortedMap<Integer, PeerUsage> read(LocalPorts ports) {
        Map<Integer, PeerTally> tallies = new TreeMap<>();
        if (port != 0) {
            tallies.put(port, new PeerTally());
        }
        sockDiag.dumpTo(host, port, (_, state, localPort, remotePort, _, _, _, _, _) -> {
            // Others were bound on purpose, or belong to servers of this host that the peer has connected to.
            if (localPort >= ports.low() && localPort <= ports.high()) {
                tallies.computeIfAbsent(remotePort, _ -> new PeerTally()).add(TcpState.of(state), localPort);
            }
        });
        SortedMap<Integer, PeerUsage> usage = new TreeMap<>();
        tallies.forEach((remotePort, tally) -> usage.put(remotePort, tally.usage(ports)));
        return usage;
    }

    @Override
    public void close() {
        sockDiag.close();
    }
}
