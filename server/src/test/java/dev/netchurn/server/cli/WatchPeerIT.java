package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.PlainSockets;
import dev.netchurn.privatenet.Sysctl;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code watch --peer} against sockets whose ports are counted by hand. */
@Timeout(60)
@InPrivateNamespace
class WatchPeerIT {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final StringWriter out = new StringWriter();

    private int watch(String... arguments) {
        return new CommandLine(new WatchCommand()).setOut(new PrintWriter(out, true)).execute(arguments);
    }

    @Test
    void countsThePortsThatConnectionsToOneDestinationHold() throws Exception {
        Sysctl.set("net.ipv4.ip_local_port_range", "40000 40019");
        Sysctl.set("net.ipv4.ip_local_reserved_ports", "39990-40001,40010");
        Sysctl.set("net.ipv4.tcp_tw_reuse", "0");
        try (PlainSockets sockets = new PlainSockets()) {
            int upstream = sockets.listen(LOOPBACK, 9000, 10);
            sockets.listen(LOOPBACK, 9001, 10);
            sockets.connect(LOOPBACK, 9000);
            sockets.connect(LOOPBACK, 9001);
            // Java's own sockets are of the IPv6 family, with the peer's address mapped.
            try (SocketChannel mapped = SocketChannel.open(new InetSocketAddress(LOOPBACK, 9000))) {
                int firstAccepted = sockets.accept(upstream);
                int closing = sockets.connect(LOOPBACK, 9000);
                sockets.accept(upstream);
                int server = sockets.accept(upstream);
                sockets.close(closing);
                sockets.close(server);
                // Bound on purpose outside of the range: it takes no port from connect().
                int bound = sockets.socket(LOOPBACK);
                assertThat(sockets.bind(bound, LOOPBACK, 30_000)).isZero();
                assertThat(sockets.connect(bound, LOOPBACK, 9000)).isZero();

                assertThat(mapped.isConnected() && firstAccepted > 0).isTrue();
                assertThat(watch("--peer", "127.0.0.1:9000", "--count", "1", "--json", "-")).isZero();
            }

            JsonNode sample = JsonMapper.shared().readTree(out.toString());
            assertThat(sample.at("/localPortRange").toString()).isEqualTo("[40000,40019]");
            assertThat(sample.at("/reservedPorts").intValue()).isEqualTo(3);
            JsonNode peer = sample.at("/peers/0");
            assertThat(sample.at("/peers").size()).isEqualTo(1);
            assertThat(peer.at("/destination").stringValue()).isEqualTo("127.0.0.1:9000");
            assertThat(peer.at("/sockets").toString()).isEqualTo("{\"ESTABLISHED\":2,\"TIME_WAIT\":1}");
            assertThat(peer.at("/portsInUse").intValue()).isEqualTo(3);
            assertThat(peer.at("/portsInTimeWaitOnly").intValue()).isEqualTo(1);
            assertThat(peer.at("/portsLeft").intValue()).isEqualTo(14);
        }
    }

    @Test
    void saysThatNoPortIsLeft() throws Exception {
        Sysctl.set("net.ipv4.ip_local_port_range", "40000 40003");
        try (PlainSockets sockets = new PlainSockets()) {
            sockets.listen(LOOPBACK, 9000, 10);
            for (int i = 0; i < 4; i++) {
                sockets.connect(LOOPBACK, 9000);
            }

            assertThat(watch("--peer", "127.0.0.1", "--count", "2", "--interval", "50ms")).isZero();

            assertThat(out.toString().lines()).contains("client  127.0.0.1:9000               ESTABLISHED          4")
                    .anyMatch(line -> line
                            .matches("127\\.0\\.0\\.1:9000 +4 +0 +0\\.0  now: connect\\(\\) fails with EADDRNOTAVAIL"));
        }
    }
}
