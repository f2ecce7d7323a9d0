package dev.netchurn.loadgen.run;

import dev.netchurn.linux.NetworkNamespace;
import dev.netchurn.linux.RouteNetlink;
import dev.netchurn.privatenet.Sysctl;
import dev.netchurn.transport.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;

/**
 * Two fresh network namespaces of this process, joined by a veth pair as {@code --topology veth} joins those of two workers.
 * Only for tests that run in a private namespace themselves.
 */
final class VethPair implements AutoCloseable {

    static final Endpoint TARGET = Endpoint.parse("10.77.1.1:9000");

    final NetworkNamespace client = NetworkNamespace.create();
    final NetworkNamespace server = NetworkNamespace.create();

    VethPair() {
        client.run(() -> {
            try (RouteNetlink links = new RouteNetlink()) {
                links.createVethPair(AddressPlan.CLIENT_LINK, AddressPlan.SERVER_LINK, server);
            }
            setUp(AddressPlan.CLIENT_LINK, InetAddress.ofLiteral("10.77.0.1"));
        });
        server.run(() -> setUp(AddressPlan.SERVER_LINK, TARGET.address()));
    }

    /** A late acknowledgement that meets no socket is answered with an RST, which must not end a TIME_WAIT that is counted. */
    private static void setUp(String link, InetAddress address) {
        try (RouteNetlink links = new RouteNetlink()) {
            links.setUp("lo");
            links.addAddress(link, address, 16);
            links.setUp(link);
            Sysctl.set("net.ipv4.tcp_rfc1337", "1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
