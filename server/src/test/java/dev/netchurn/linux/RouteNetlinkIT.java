package dev.netchurn.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.NeighbourNamespace;
import dev.netchurn.privatenet.PlainSockets;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@InPrivateNamespace
class RouteNetlinkIT {

    private static final InetAddress IPV4 = InetAddress.ofLiteral("10.9.8.1");
    private static final InetAddress IPV6 = InetAddress.ofLiteral("fd09::1");

    @Test
    void findsALinkByName() {
        try (RouteNetlink links = new RouteNetlink()) {
            assertThat(links.indexOf("lo")).isEqualTo(1);
        }
    }

    @Test
    void makesAVethPairWhosePeerIsInAnotherNamespace() throws Exception {
        try (RouteNetlink links = new RouteNetlink(); NeighbourNamespace neighbour = new NeighbourNamespace()) {
            links.createVethPair("client0", "server0", neighbour.pid());

            assertThat(links.indexOf("client0")).isGreaterThan(1);
            assertThat(neighbour.read("dev")).contains("server0").doesNotContain("client0");
        }
    }

    @Test
    void givesALinkAddressesThatCanBeBoundAtOnce() throws Exception {
        try (RouteNetlink links = new RouteNetlink();
                NeighbourNamespace neighbour = new NeighbourNamespace();
                PlainSockets sockets = new PlainSockets()) {
            links.createVethPair("client0", "server0", neighbour.pid());
            links.addAddress("client0", IPV4, 24);
            links.addAddress("client0", IPV6, 64);
            links.setUp("client0");

            sockets.listen(IPV4, 9000, 1);
            sockets.listen(IPV6, 9000, 1);
        }
    }

    @Test
    void addsSeveralAddressesToLoopback() {
        try (RouteNetlink links = new RouteNetlink(); PlainSockets sockets = new PlainSockets()) {
            links.addAddress("lo", IPV4, 32);
            links.addAddress("lo", IPV6, 128);
            sockets.listen(IPV6, 9000, 1);

            sockets.connect(IPV6, 9000);
        }
    }

    @Test
    void namesTheLinkThatIsNotThere() {
        try (RouteNetlink links = new RouteNetlink()) {
            assertThatThrownBy(() -> links.setUp("nowhere"))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessage("the kernel refused to find link nowhere: ENODEV");
        }
    }

    @Test
    void namesTheAddressThatIsThereAlready() {
        try (RouteNetlink links = new RouteNetlink()) {
            links.addAddress("lo", IPV4, 32);

            assertThatThrownBy(() -> links.addAddress("lo", IPV4, 32))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessage("the kernel refused to put address 10.9.8.1/32 on link lo: EEXIST");
        }
    }

    @Test
    void refusesWhatCannotBeALinkNameOrAPrefix() {
        try (RouteNetlink links = new RouteNetlink()) {
            assertThatThrownBy(() -> links.indexOf("a/b")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> links.indexOf("a-name-of-16-byt")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> links.addAddress("lo", IPV4, 33)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void saysThatAProcessIsGone() {
        try (RouteNetlink links = new RouteNetlink()) {
            assertThatThrownBy(() -> links.createVethPair("client0", "server0", 0x7fff_fff0))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("process 2147483632")
                    .hasMessageContaining("ESRCH");
        }
    }
}
