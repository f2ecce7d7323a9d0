package dev.netchurn.loadgen.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One segment of a capture.
 *
 * @param atNs when its sender's link sent it, from the beginning of the scene
 * @param deliveredNs when the receiver's link got it; null when it was lost
 * @param from {@code client} or {@code server}
 * @param to the other one
 * @param clientPort names the connection within the scene
 * @param serverPort that the connection goes to
 * @param flags {@code SYN FIN RST PSH ACK}, ACK last
 * @param seq relative to the sender's SYN, which is 0
 * @param ack relative to the receiver's SYN; null without the flag ACK
 * @param length of the payload in bytes
 * @param dropped whether the lab's wire lost it on purpose
 * @param retransmission whether its numbers had been sent before
 * @param senderState the sender's state just after it was sent, {@code CLOSED} when it has no socket; null on loopback,
 *     where both ends move on within one system call
 * @param receiverState the receiver's state just after it arrived; null as above, and when it was lost
 */
public record Segment(
        long atNs,
        @Nullable Long deliveredNs,
        String from,
        String to,
        int clientPort,
        int serverPort,
        List<String> flags,
        long seq,
        @Nullable Long ack,
        int length,
        boolean dropped,
        boolean retransmission,
        @Nullable String senderState,
        @Nullable String receiverState) {

    public Segment {
        flags = List.copyOf(flags);
    }
}
