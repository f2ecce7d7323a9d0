package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.Side;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One captured segment and what became of it. Its fate is written by the thread that delivers it and read when the scene is
 * over, or by a script that knows it was delivered.
 */
final class SegmentTrace {

    private final Side from;
    private final TcpFrame frame;
    private final SequenceNumbers.Relative numbers;
    private final long atNs;
    private volatile long deliveredNs = -1;
    private volatile boolean dropped;
    private volatile @Nullable String senderState;
    private volatile @Nullable String receiverState;

    SegmentTrace(Side from, TcpFrame frame, SequenceNumbers.Relative numbers, long atNs) {
        this.from = from;
        this.frame = frame;
        this.numbers = numbers;
        this.atNs = atNs;
    }

    Side from() {
        return from;
    }

    Side to() {
        return from == Side.CLIENT ? Side.SERVER : Side.CLIENT;
    }

    long atNs() {
        return atNs;
    }

    int clientPort() {
        return from == Side.CLIENT ? frame.sourcePort() : frame.destinationPort();
    }

    int serverPort() {
        return from == Side.CLIENT ? frame.destinationPort() : frame.sourcePort();
    }

    /** Bytes of payload. */
    int length() {
        return frame.length();
    }

    boolean isFrom(Side side) {
        return from == side;
    }

    boolean isSyn() {
        return frame.has(TcpFrame.SYN) && !frame.has(TcpFrame.ACK);
    }

    boolean isSynAck() {
        return frame.has(TcpFrame.SYN | TcpFrame.ACK);
    }

    boolean isFin() {
        return frame.has(TcpFrame.FIN);
    }

    boolean isRst() {
        return frame.has(TcpFrame.RST);
    }

    /** Nothing but an acknowledgement. */
    boolean isPureAck() {
        return frame.flagBits() == TcpFrame.ACK && frame.length() == 0;
    }

    boolean isRetransmission() {
        return numbers.retransmission();
    }

    boolean isDelivered() {
        return deliveredNs >= 0 && receiverState != null;
    }

    boolean isDropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }

    void deliveredAt(long ns) {
        deliveredNs = ns;
    }

    void senderIs(String state) {
        senderState = state;
    }

    void receiverIs(String state) {
        receiverState = state;
    }

    /**
     * The segment as scripts expect it: {@code client SYN seq=0}, {@code server SYN ACK seq=0 ack=1},
     * {@code client PSH ACK seq=1 ack=1 length=5}, with {@code lost} or {@code again} behind it where that is so.
     */
    String text() {
        List<String> words = new ArrayList<>();
        words.add(from.text());
        words.addAll(frame.flags());
        words.add("seq=" + numbers.sequence());
        if (numbers.acknowledgement() >= 0) {
            words.add("ack=" + numbers.acknowledgement());
        }
        if (frame.length() > 0) {
            words.add("length=" + frame.length());
        }
        if (numbers.retransmission()) {
            words.add("again");
        }
        if (dropped) {
            words.add("lost");
        }
        return String.join(" ", words);
    }

    /** As it stands in a result. */
    Segment finished() {
        return new Segment(
                atNs,
                deliveredNs < 0 ? null : deliveredNs,
                from.text(),
                to().text(),
                clientPort(),
                serverPort(),
                frame.flags(),
                numbers.sequence(),
                numbers.acknowledgement() < 0 ? null : numbers.acknowledgement(),
                frame.length(),
                dropped,
                numbers.retransmission(),
                senderState,
                receiverState);
    }
}
