package dev.netchurn.loadgen.run;

import dev.netchurn.transport.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns what the user calls a target into addresses, once, before anything is sent: names are resolved here and pinned, and
 * an address that is not the user's own surroundings needs their word that they own it.
 */
public final class TargetResolution {

    private TargetResolution() {
    }

    /**
     * Resolves every target.
     *
     * @throws RunRefused for a target that is malformed, unknown, or outside of the ranges that may be loaded freely
     */
    public static List<Endpoint> resolve(TargetRequest.External request) throws RunRefused {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String hostPort : request.hostPorts()) {
            endpoints.addAll(resolve(hostPort, request));
        }
        return endpoints;
    }

    /**
     * Makes one connection to each target and closes it in the ordinary way.
     *
     * @throws RunRefused when a target does not accept it
     */
    public static void probe(List<Endpoint> targets, int timeoutMs) throws RunRefused {
        for (Endpoint target : targets) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(target.address(), target.port()), timeoutMs);
            } catch (IOException e) {
                throw new RunRefused(RunRefused.Cause.UNREACHABLE,
                        "the target " + target + " cannot be reached (" + e.getMessage() + "); is a server listening there?");
            }
        }
    }

    private static List<Endpoint> resolve(String hostPort, TargetRequest.External request) throws RunRefused {
        int colon = hostPort.lastIndexOf(':');
        boolean bracketed = hostPort.startsWith("[") && colon > 0 && hostPort.charAt(colon - 1) == ']';
        if (colon <= 0 || !bracketed && (hostPort.indexOf(':') != colon || hostPort.startsWith("["))) {
            throw new RunRefused(RunRefused.Cause.USAGE,
                    "'" + hostPort + "' is not a target; write HOST:PORT, or [ADDRESS]:PORT for IPv6");
        }
        String host = hostPort.substring(0, colon);
        int port = port(hostPort, hostPort.substring(colon + 1));
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            throw new RunRefused(RunRefused.Cause.UNREACHABLE, "the target's name '" + host + "' cannot be resolved");
        }
        for (InetAddress address : addresses) {
            checkRange(host, address, request);
        }
        // One address: a name with several would spread the load in a way that the user did not ask for.
        return List.of(new Endpoint(addresses[0], port));
    }

    private static int port(String hostPort, String text) throws RunRefused {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new RunRefused(RunRefused.Cause.USAGE, "'" + hostPort + "' has no port between 1 and 65535 after its last colon");
    }

    private static void checkRange(String host, InetAddress address, TargetRequest.External request) throws RunRefused {
        if (address.isAnyLocalAddress()) {
            throw new RunRefused(RunRefused.Cause.USAGE,
                    "the target " + host + " is no address that a connection can go to; name one, such as 127.0.0.1");
        }
        if (isOwnSurroundings(address)) {
            return;
        }
        if (!request.owned().contains(host) && !request.owned().contains(host.replaceAll("[\\[\\]]", ""))) {
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT, "the target " + host + " (" + address.getHostAddress()
                    + ") is a public address; if the server is yours, say so with --i-own-target " + host);
        }
        if (!request.loadGiven()) {
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT,
                    "a public target needs an explicit load; give --rate or --concurrency for " + host);
        }
    }

    /** Loopback, private (RFC 1918), link-local, and unique local IPv6 (RFC 4193). */
    static boolean isOwnSurroundings(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        return address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isLinkLocalAddress() || uniqueLocal;
    }
}
