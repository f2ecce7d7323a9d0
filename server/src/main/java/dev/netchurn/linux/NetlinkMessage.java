package dev.netchurn.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Writes one netlink message: a header of 16 bytes, fields in the order they are put, and attributes padded to four bytes
 * (include/uapi/linux/netlink.h). Numbers are in the machine's byte order.
 */
final class NetlinkMessage {

    static final int HEADER = 16;
    private static final int ATTRIBUTE_HEADER = 4;

    private final MemorySegment segment;
    private int position = HEADER;

    NetlinkMessage(MemorySegment segment, int type, int flags, int sequence) {
        this.segment = segment;
        segment.fill((byte) 0);
        segment.set(ValueLayout.JAVA_SHORT, 4, (short) type);
        segment.set(ValueLayout.JAVA_SHORT, 6, (short) flags);
        segment.set(ValueLayout.JAVA_INT, 8, sequence);
    }

    NetlinkMessage putByte(int value) {
        segment.set(ValueLayout.JAVA_BYTE, position, (byte) value);
        position += 1;
        return this;
    }

    NetlinkMessage putShort(int value) {
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, position, (short) value);
        position += 2;
        return this;
    }

    NetlinkMessage putInt(int value) {
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, position, value);
        position += 4;
        return this;
    }

    NetlinkMessage putBytes(byte[] bytes) {
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, position, bytes.length);
        position += bytes.length;
        return this;
    }

    NetlinkMessage attribute(int type, byte[] payload) {
        int start = begin(type);
        putBytes(payload);
        return end(start);
    }

    NetlinkMessage attribute(int type, int payload) {
        int start = begin(type);
        putInt(payload);
        return end(start);
    }

    /** A zero-terminated string. */
    NetlinkMessage attribute(int type, String payload) {
        return attribute(type, (payload + '\0').getBytes(StandardCharsets.US_ASCII));
    }

    /** Opens an attribute that holds whatever is put until {@link #end}; returns the mark that {@code end} needs. */
    int begin(int type) {
        int start = position;
        putShort(0);
        putShort(type);
        return start;
    }

    NetlinkMessage end(int start) {
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, start, (short) (position - start));
        position = (position + 3) & ~3;
        assert position - start >= ATTRIBUTE_HEADER;
        return this;
    }

    /** Completes the message and returns its length. */
    int finish() {
        segment.set(ValueLayout.JAVA_INT, 0, position);
        return position;
    }
}
