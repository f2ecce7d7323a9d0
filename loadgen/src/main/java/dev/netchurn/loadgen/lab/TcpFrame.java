package dev.netchurn.loadgen.lab;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TCP segment in an Ethernet frame, IPv4 or IPv6 (RFC 9293 section 3.1). Numbers are as on the wire.
 *
 * @param sourcePort 0 to 65535
 * @param destinationPort 0 to 65535
 * @param sequence 32 bits, unsigned
 * @param acknowledgement 32 bits, unsigned; means something only with the flag ACK
 * @param flagBits the flags' octet: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32
 * @param length of the payload in bytes
 * @param mss what the option of that name says, null without it
 */
record TcpFrame(
        int sourcePort, int destinationPort, long sequence, long acknowledgement, int flagBits, int length,
        @Nullable Integer mss) {

    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;

    private static final int ETHERNET_HEADER = 14;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86DD;
    private static final int IPV6_HEADER = 40;
    private static final int PROTOCOL_TCP = 6;
    private static final int TCP_HEADER = 20;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOTHING = 1;
    private static final int OPTION_MSS = 2;
    private static final List<String> FLAG_NAMES = List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR");
    /** As people say them: SYN ACK, FIN ACK, RST ACK. */
    private static final List<Integer> FLAG_ORDER = List.of(1, 0, 2, 3, 5, 6, 7, 4);

    /**
     * Reads a frame; empty when it holds no whole TCP header, whatever its length fields claim.
     *
     * @param bytes of the frame
     * @param start where its Ethernet header begins
     */
    static Optional<TcpFrame> parse(byte[] bytes, int start) {
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        if (bytes.length < start + ETHERNET_HEADER) {
            return Optional.empty();
        }
        int network = start + ETHERNET_HEADER;
        return switch (frame.getShort(start + 12) & 0xffff) {
            case ETHERTYPE_IPV4 -> ipv4(frame, network);
            case ETHERTYPE_IPV6 -> ipv6(frame, network);
            default -> Optional.empty();
        };
    }

    /** Whether all of these flags are set. */
    boolean has(int flags) {
        return (flagBits & flags) == flags;
    }

    /** How many sequence numbers it takes: its bytes, and one each for SYN and FIN (RFC 9293 section 3.4). */
    long sequenceLength() {
        return length + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /** The names of its flags, ACK last. */
    List<String> flags() {
        List<String> names = new ArrayList<>();
        for (int bit : FLAG_ORDER) {
            if ((flagBits & 1 << bit) != 0) {
                names.add(FLAG_NAMES.get(bit));
            }
        }
        return Collections.unmodifiableList(names);
    }

    private static Optional<TcpFrame> ipv4(ByteBuffer frame, int network) {
        if (frame.limit() < network + 20 || frame.get(network + 9) != PROTOCOL_TCP) {
            return Optional.empty();
        }
        int headerLength = (frame.get(network) & 0x0f) * 4;
        int totalLength = frame.getShort(network + 2) & 0xffff;
        return tcp(frame, network + headerLength, network + totalLength);
    }

    /** Without extension headers, which nobody puts before TCP here. */
    private static Optional<TcpFrame> ipv6(ByteBuffer frame, int network) {
        if (frame.limit() < network + IPV6_HEADER || frame.get(network + 6) != PROTOCOL_TCP) {
            return Optional.empty();
        }
        int payloadLength = frame.getShort(network + 4) & 0xffff;
        return tcp(frame, network + IPV6_HEADER, network + IPV6_HEADER + payloadLength);
    }

    private static Optional<TcpFrame> tcp(ByteBuffer frame, int start, int end) {
        if (end > frame.limit() || end - start < TCP_HEADER) {
            return Optional.empty();
        }
        int headerLength = (frame.get(start + 12) >> 4 & 0x0f) * 4;
        if (headerLength < TCP_HEADER || start + headerLength > end) {
            return Optional.empty();
        }
        return Optional.of(new TcpFrame(
                frame.getShort(start) & 0xffff,
                frame.getShort(start + 2) & 0xffff,
                frame.getInt(start + 4) & 0xffff_ffffL,
                frame.getInt(start + 8) & 0xffff_ffffL,
                frame.get(start + 13) & 0xff,
                end - start - headerLength,
                mss(frame, start + TCP_HEADER, start + headerLength)));
    }

    private static @Nullable Integer mss(ByteBuffer frame, int from, int end) {
        int position = from;
        while (position < end) {
            int kind = frame.get(position);
            if (kind == OPTION_END) {
                return null;
            }
            if (kind == OPTION_NOTHING) {
                position++;
                continue;
            }
            int optionLength = position + 1 < end ? frame.get(position + 1) & 0xff : 0;
            if (optionLength < 2 || position + optionLength > end) {
                return null;
            }
            if (kind == OPTION_MSS && optionLength == 4) {
                return frame.getShort(position + 2) & 0xffff;
            }
            position += optionLength;
        }
        return null;
    }
}
