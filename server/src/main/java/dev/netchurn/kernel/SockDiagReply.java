package dev.netchurn.kernel;

import dev.netchurn.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads the datagrams with which the kernel answers a sock_diag request (include/uapi/linux/inet_diag.h). Pure: it looks at
 * the bytes it is given and never beyond them, whatever their length fields claim.
 */
final class SockDiagReply {

    /** The dump goes on in the next datagram. */
    static final int MORE = 1;
    /** The dump is complete. */
    static final int DONE = 0;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    /** What we send with; replies echo it (net/ipv4/inet_diag.c). */
    static final int TCPDIAG_GETSOCK = 18;
    static final int SOCK_DIAG_BY_FAMILY = 20;

    private static final int HEADER = 16;
    /** Header and struct inet_diag_msg; attributes follow. */
    private static final int LEAST_SOCKET_MESSAGE = 88;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int INET_DIAG_SKMEMINFO = 7;
    private static final int SK_MEMINFO_DROPS = 8;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfShort NETWORK_SHORT = SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SockDiagReply() {
    }

    /**
     * Visits each socket of one datagram.
     *
     * @param length of the datagram, at most the segment's size
     * @param sequence of the request; messages with another one belong to an earlier request and are passed over
     * @return {@link #MORE}, {@link #DONE}, or a negative errno: the kernel's, or EBADMSG when the lengths do not fit
     */
    static int visit(MemorySegment datagram, int length, int sequence, SockDiag.Visitor visitor) {
        int position = 0;
        while (length - position >= HEADER) {
            int messageLength = datagram.get(INT, position);
            if (messageLength < HEADER || messageLength > length - position) {
                return -Errno.EBADMSG;
            }
            if (datagram.get(INT, position + 8) == sequence) {
                int outcome = visitMessage(datagram, position, messageLength, visitor);
                if (outcome != MORE) {
                    return outcome;
                }
            }
            // messageLength is at most length - position, so this cannot overflow; it may pass the end by the padding.
            position += messageLength + 3 & ~3;
        }
        return position < length ? -Errno.EBADMSG : MORE;
    }

    private static int visitMessage(MemorySegment datagram, int start, int length, SockDiag.Visitor visitor) {
        int type = datagram.get(SHORT, start + 4) & 0xffff;
        switch (type) {
            case NLMSG_DONE, NLMSG_ERROR -> {
                // A dump that ended well says 0; an error message that says 0 is an acknowledgement and ends it too.
                int error = length >= HEADER + Integer.BYTES ? datagram.get(INT, start + HEADER) : 0;
                return error > 0 ? -Errno.EBADMSG : error;
            }
            case TCPDIAG_GETSOCK, SOCK_DIAG_BY_FAMILY -> {
                if (length < LEAST_SOCKET_MESSAGE) {
                    return -Errno.EBADMSG;
                }
                visitor.socket(
                        datagram.get(ValueLayout.JAVA_BYTE, start + 16),
                        datagram.get(ValueLayout.JAVA_BYTE, start + 17),
                        datagram.get(NETWORK_SHORT, start + 20) & 0xffff,
                        datagram.get(NETWORK_SHORT, start + 22) & 0xffff,
                        datagram.get(INT, start + 84) & 0xffff_ffffL,
                        datagram.get(ValueLayout.JAVA_BYTE, start + 18),
                        datagram.get(INT, start + 72) & 0xffff_ffffL,
                        datagram.get(INT, start + 76) & 0xffff_ffffL,
                        drops(datagram, start + LEAST_SOCKET_MESSAGE, start + length));
                return MORE;
            }
            default -> {
                return MORE;
            }
        }
    }

    /** The drops of a socket from attribute SKMEMINFO between two positions; 0 when it is absent or cut. */
    private static long drops(MemorySegment datagram, int from, int end) {
        int position = from;
        while (end - position >= ATTRIBUTE_HEADER) {
            int attributeLength = datagram.get(SHORT, position) & 0xffff;
            if (attributeLength < ATTRIBUTE_HEADER || attributeLength > end - position) {
                return 0;
            }
            int drops = ATTRIBUTE_HEADER + SK_MEMINFO_DROPS * Integer.BYTES;
            if ((datagram.get(SHORT, position + 2) & 0xffff) == INET_DIAG_SKMEMINFO
                    && attributeLength >= drops + Integer.BYTES) {
                return datagram.get(INT, position + drops) & 0xffff_ffffL;
            }
            position += attributeLength + 3 & ~3;
        }
        return 0;
    }
}
