package dev.netchurn.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.privatenet.InPrivateNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@InPrivateNamespace
class PacketSocketIT {

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final String TEXT = "a datagram that tells itself from all others";

    @Test
    void seesAFrameOfLoopbackWhenItIsSentAndWhenItArrives() throws IOException {
        SystemClock clock = new SystemClock();
        try (RouteNetlink links = new RouteNetlink();
                PacketSocket packets = new PacketSocket(links.indexOf("lo"), TIMEOUT);
                DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            byte[] text = TEXT.getBytes(StandardCharsets.US_ASCII);
            long beforeNs = clock.nanoTime();
            socket.send(new DatagramPacket(text, text.length, socket.getLocalSocketAddress()));
            long afterNs = clock.nanoTime();

            List<Boolean> outgoing = new ArrayList<>();
            long previousNs = beforeNs;
            for (int length = packets.receive(); length >= 0; length = packets.receive()) {
                assertThat(new String(packets.frame(length), StandardCharsets.ISO_8859_1)).endsWith(TEXT);
                assertThat(packets.stampNs()).isBetween(previousNs - 50_000, afterNs + 50_000);
                previousNs = packets.stampNs();
                outgoing.add(packets.isOutgoing());
            }
            assertThat(outgoing).containsExactly(true, false);
            assertThat(packets.receive()).as("and then nothing").isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    void saysWhyALinkThatIsNotThereCannotBeHeard() {
        assertThatIllegalStateException().isThrownBy(() -> new PacketSocket(4711, TIMEOUT))
                .withMessage("the kernel refused to listen to a link: ENODEV");
    }
}
