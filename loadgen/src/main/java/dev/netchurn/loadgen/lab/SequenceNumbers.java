package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.Side;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns the numbers of one capture into relative ones: each direction of a connection counts from its own SYN, which is 0. A
 * direction whose SYN was not seen counts from the first number that it, or the other side's acknowledgement, names. Owned by
 * the thread that captures, or guarded by its owner.
 */
final class SequenceNumbers {

    private static final long MODULUS = 1L << 32;

    private final Map<Integer, Map<Side, Direction>> connections = new HashMap<>();

    /**
     * The numbers of one segment.
     *
     * @param sequence relative
     * @param acknowledgement relative, −1 without the flag ACK
     * @param retransmission whether the direction sent its last number before
     */
    record Relative(long sequence, long acknowledgement, boolean retransmission) {
    }

    /** What a direction began with, and how far it got. */
    private static final class Direction {
        private final long base;
        private long sentUpTo;

        Direction(long base) {
            this.base = base;
        }

        /** Relative and signed, so that a probe of the number before the first is −1. */
        long relative(long number) {
            long difference = Math.floorMod(number - base, MODULUS);
            return difference >= MODULUS / 2 ? difference - MODULUS : difference;
        }
    }

    /**
     * Takes the next segment.
     *
     * @param connection what tells the connection from the others of this capture, such as the client's port
     */
    Relative next(int connection, Side from, TcpFrame frame) {
        Map<Side, Direction> directions = connections.computeIfAbsent(connection, _ -> new EnumMap<>(Side.class));
        Direction known = directions.get(from);
        boolean newIncarnation = frame.has(TcpFrame.SYN) && (known == null || known.base != frame.sequence());
        if (newIncarnation && !frame.has(TcpFrame.ACK)) {
            directions.clear();
        }
        Direction own = newIncarnation || known == null ? new Direction(frame.sequence()) : known;
        directions.put(from, own);

        long sequence = own.relative(frame.sequence());
        long end = sequence + frame.sequenceLength();
        boolean retransmission = frame.sequenceLength() > 0 && end <= own.sentUpTo;
        own.sentUpTo = Math.max(own.sentUpTo, end);
        if (!frame.has(TcpFrame.ACK)) {
            return new Relative(sequence, -1, retransmission);
        }
        Side other = from == Side.CLIENT ? Side.SERVER : Side.CLIENT;
        Direction peer = directions.computeIfAbsent(other, _ -> new Direction(frame.acknowledgement()));
        return new Relative(sequence, peer.relative(frame.acknowledgement()), retransmission);
    }
}
