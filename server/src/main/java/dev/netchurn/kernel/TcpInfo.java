package dev.netchurn.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What getsockopt(TCP_INFO) says about one socket (include/uapi/linux/tcp.h, net/ipv4/tcp.c:tcp_get_info).
 *
 * <p>The static readers take the buffer that the kernel filled and allocate nothing; {@link #parse} makes a record of all
 * fields. A buffer of {@link #SIZE} bytes is enough; the kernel says how many of them it wrote.
 *
 * @param state number as in {@link TcpState}
 * @param retransmits retransmissions of the segment at the head of the queue that are in progress
 * @param rtoNs retransmission timeout
 * @param unacked segments in flight; for a listener the length of its accept queue
 * @param sacked segments acknowledged selectively; for a listener the limit of its accept queue
 * @param lastAckReceivedNs since the last segment with an acknowledgement, in steps of a kernel tick
 * @param rttNs smoothed round trip; right after connect() the exact time from SYN to SYN-ACK, unless {@code totalRetrans}
 *     is above 0: then it comes from millisecond timestamps and means nothing
 * @param rttVariationNs its mean deviation
 * @param totalRetrans segments retransmitted since the socket was made; right after connect() the repeated SYNs
 * @param minRttNs lowest round trip, 0 when the kernel's structure is too short to hold it
 */
public record TcpInfo(
        int state,
        int retransmits,
        long rtoNs,
        long unacked,
        long sacked,
        long lastAckReceivedNs,
        long rttNs,
        long rttVariationNs,
        long totalRetrans,
        long minRttNs) {

    /** Bytes to offer to the kernel: more than the structure of Linux 6.18 needs. */
    public static final int SIZE = 280;
    /** Bytes that every supported kernel writes: up to and with tcpi_total_retrans. */
    public static final int LEAST_SIZE = 104;

    private static final int STATE = 0;
    private static final int RETRANSMITS = 2;
    private static final int RTO = 8;
    private static final int UNACKED = 24;
    private static final int SACKED = 28;
    private static final int LAST_ACK_RECEIVED = 56;
    private static final int RTT = 68;
    private static final int RTT_VARIATION = 72;
    private static final int TOTAL_RETRANS = 100;
    private static final int MIN_RTT = 148;
    private static final long NS_PER_US = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    /**
     * Reads all fields.
     *
     * @param length how many bytes the kernel wrote
     * @throws IllegalArgumentException when {@code length} is below {@link #LEAST_SIZE} or above the segment's size
     */
    public static TcpInfo parse(MemorySegment info, int length) {
        if (length < LEAST_SIZE || length > info.byteSize()) {
            throw new IllegalArgumentException(length + " bytes of TCP_INFO in a buffer of " + info.byteSize());
        }
        return new TcpInfo(
                state(info),
                info.get(ValueLayout.JAVA_BYTE, RETRANSMITS) & 0xff,
                unsigned(info, RTO) * NS_PER_US,
                unacked(info),
                sacked(info),
                unsigned(info, LAST_ACK_RECEIVED) * NS_PER_MS,
                rttNs(info),
                unsigned(info, RTT_VARIATION) * NS_PER_US,
                totalRetrans(info),
                length < MIN_RTT + Integer.BYTES ? 0 : unsigned(info, MIN_RTT) * NS_PER_US);
    }

    /** The state's number, as in {@link TcpState#number()}. */
    public static int state(MemorySegment info) {
        return info.get(ValueLayout.JAVA_BYTE, STATE) & 0xff;
    }

    /** Segments in flight; for a listener the length of its accept queue. */
    public static long unacked(MemorySegment info) {
        return unsigned(info, UNACKED);
    }

    /** For a listener the limit of its accept queue. */
    public static long sacked(MemorySegment info) {
        return unsigned(info, SACKED);
    }

    /** The smoothed round trip in nanoseconds, in steps of a microsecond. */
    public static long rttNs(MemorySegment info) {
        return unsigned(info, RTT) * NS_PER_US;
    }

    /** Segments retransmitted since the socket was made; right after connect() the repeated SYNs. */
    public static long totalRetrans(MemorySegment info) {
        return unsigned(info, TOTAL_RETRANS);
    }

    private static long unsigned(MemorySegment info, int offset) {
        return info.get(ValueLayout.JAVA_INT_UNALIGNED, offset) & 0xffff_ffffL;
    }
}
