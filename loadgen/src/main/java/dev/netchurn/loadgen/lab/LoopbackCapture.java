package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.Side;
import dev.netchurn.linux.Errno;
import dev.netchurn.linux.PacketSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Captures the loopback link, where every frame is seen twice: when it is sent, and when it arrives. A frame that is sent but
 * never arrives was lost to a packet filter. The two sightings are matched by their bytes. Has one thread.
 */
final class LoopbackCapture implements AutoCloseable {

    private final PacketSocket link;
    private final Tape tape;
    private final IntPredicate isServerPort;
    private final List<Sent> awaited = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    /** A frame that has not arrived yet. */
    private record Sent(byte[] frame, SegmentTrace segment) {
    }

    LoopbackCapture(PacketSocket link, Tape tape, IntPredicate isServerPort) {
        this.link = link;
        this.tape = tape;
        this.isServerPort = isServerPort;
        thread = Thread.ofPlatform().name("loopback-capture").daemon().start(this::capture);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        link.close();
    }

    private void capture() {
        while (!closed) {
            int length = link.receive();
            if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
                continue;
            }
            if (length < 0) {
                return;
            }
            long stampNs = link.stampNs();
            boolean outgoing = link.isOutgoing();
            byte[] frame = link.frame(length);
            TcpFrame.parse(frame, PacketSocket.VNET_HEADER).ifPresent(tcp -> {
                if (outgoing) {
                    Side from = isServerPort.test(tcp.destinationPort()) ? Side.CLIENT : Side.SERVER;
                    awaited.add(new Sent(frame, tape.captured(from, tcp, stampNs)));
                } else {
                    arrived(frame, stampNs);
                }
            });
        }
    }

    private void arrived(byte[] frame, long stampNs) {
        for (int i = 0; i < awaited.size(); i++) {
            Sent sent = awaited.get(i);
            // What stands before the Ethernet header is about the hand-over, not about the frame.
            if (Arrays.equals(sent.frame(), PacketSocket.VNET_HEADER, sent.frame().length,
                    frame, PacketSocket.VNET_HEADER, frame.length)) {
                sent.segment().deliveredAt(tape.sinceBeginNs(stampNs));
                awaited.remove(i);
                return;
            }
        }
    }
}
