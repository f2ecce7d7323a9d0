package dev.netchurn.kernel;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.NetlinkException;
import dev.netchurn.linux.NetlinkSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Asks the kernel for the TCP sockets of one network namespace, the one in which the constructing thread was
 * (sock_diag(7)). No privilege is needed.
 *
 * <p>A dump walks the hash table bucket by bucket and is no snapshot: while connections come and go it may miss a socket or
 * show it twice, and cannot say so.
 *
 * <p>Owned by one thread. A dump allocates nothing, however many sockets there are.
 */
public final class SockDiag implements AutoCloseable {

    /**
     * States 1 to 11. Never ask for more: bit 13 would add a walk of the whole bind table, and bit 3 brings half-open
     * connections (12) along anyway (net/ipv4/tcp_diag.c:tcp_diag_dump).
     */
    public static final int ALL_STATES = 0x0FFE;
    /** The timer value of a small timewait object, which stands for TIME_WAIT or an orphaned FIN_WAIT_2. */
    public static final int TIMER_OF_MINI = 3;

    private static final int REQUEST = 0x001;
    private static final int DUMP = 0x300;
    private static final int IPPROTO_TCP = 6;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int NO_EXTENSION = 0;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final short INET_DIAG_REQ_BYTECODE = 1;
    private static final byte INET_DIAG_BC_D_COND = 8;
    /** Bit n − 1 asks for attribute n; SKMEMINFO is 7. */
    private static final int WITH_SKMEMINFO = 1 << 6;
    private static final int LEGACY_LENGTH = 76;
    private static final int EXACT_LENGTH = 72;
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final NetlinkSocket socket = new NetlinkSocket(NetlinkSocket.SOCK_DIAG);
    private int sequence;
    private boolean dumpRuns;

    /** Takes one socket of a dump. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * @param family 2 for IPv4, 10 for IPv6 including IPv4-mapped
         * @param state 1 to 11, as in {@link TcpState#number()}
         * @param localPort 0 to 65535
         * @param remotePort 0 to 65535, 0 for a listener
         * @param inode 0 when no descriptor refers to the socket: it was not accepted yet, or it was closed
         * @param timer {@link #TIMER_OF_MINI} for small timewait objects
         * @param rqueue bytes to read; for a listener connections that wait for accept()
         * @param wqueue bytes to be acknowledged; for a listener the limit of its accept queue
         * @param drops packets this socket dropped; 0 in a dump of anything but listeners
         */
        void socket(int family, int state, int localPort, int remotePort, long inode, int timer,
                long rqueue, long wqueue, long drops);
    }

    /**
     * Visits all sockets, of both address families, that are in one of the states.
     *
     * @param stateMask bits as {@link TcpState#bit()} gives them, within {@link #ALL_STATES}
     * @throws NetlinkException when the kernel refuses
     */
    public void dump(int stateMask, Visitor visitor) {
        if ((stateMask & ~ALL_STATES) != 0) {
            throw new IllegalArgumentException("state mask 0x" + Integer.toHexString(stateMask) + " has bits outside 0xffe");
        }
        legacyDump(stateMask, NO_EXTENSION, visitor);
    }

    /** Visits all listeners, with their drops. Constant cost: connections are not walked. */
    public void dumpListeners(Visitor visitor) {
        legacyDump(TcpState.LISTEN.bit(), WITH_SKMEMINFO, visitor);
    }

    /**
     * The accept queue of the listener that a connection to this address would reach, at constant cost. Of several listeners
     * that share a port by SO_REUSEPORT the kernel names one.
     *
     * @param address what clients dial, never the wildcard address unless the listener has it
     * @return empty when nobody listens there
     */
    public Optional<ListenQueue> listener(InetAddress address, int port) {
        abandonRunningDump();
        MemorySegment request = begin(EXACT_LENGTH, SockDiagReply.SOCK_DIAG_BY_FAMILY, REQUEST);
        byte[] bytes = address.getAddress();
        request.set(ValueLayout.JAVA_BYTE, 16, (byte) (bytes.length == 16 ? AF_INET6 : AF_INET));
        request.set(ValueLayout.JAVA_BYTE, 17, (byte) IPPROTO_TCP);
        request.set(ValueLayout.JAVA_BYTE, 18, (byte) WITH_SKMEMINFO);
        request.set(ValueLayout.JAVA_INT_UNALIGNED, 20, TcpState.LISTEN.bit());
        request.set(NETWORK_SHORT, 24, (short) port);
        MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, 28, bytes.length);
        request.set(ValueLayout.JAVA_LONG_UNALIGNED, 64, -1L);
        ListenQueue[] found = new ListenQueue[1];
        int outcome = exchange(EXACT_LENGTH, (family, state, localPort, remotePort, inode, timer, rqueue, wqueue, drops) -> {
            if (state == TcpState.LISTEN.number()) {
                found[0] = new ListenQueue(rqueue, wqueue, drops);
            }
        });
        if (outcome < 0 && outcome != -Errno.ENOENT) {
            throw new NetlinkException("to look up the listener on port " + port, -outcome);
        }
        return Optional.ofNullable(found[0]);
    }

    @Override
    public void close() {
        socket.close();
    }

    /**
     * Visits the sockets that are connected to one host, of both families: also IPv6 sockets with its IPv4-mapped address. The
     * kernel walks its whole table and hands out these only.
     *
     * @param port of the host, or 0 for any
     */
    public void dumpTo(InetAddress host, int port, Visitor visitor) {
        abandonRunningDump();
        byte[] address = host.getAddress();
        int operation = 12 + address.length;
        int length = LEGACY_LENGTH + ATTRIBUTE_HEADER + operation;
        MemorySegment request = beginDump(length, ALL_STATES & ~TcpState.LISTEN.bit(), NO_EXTENSION);
        // struct rtattr, struct inet_diag_bc_op, struct inet_diag_hostcond (include/uapi/linux/inet_diag.h).
        int at = LEGACY_LENGTH;
        request.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (ATTRIBUTE_HEADER + operation));
        request.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 2, INET_DIAG_REQ_BYTECODE);
        request.set(ValueLayout.JAVA_BYTE, at + 4, INET_DIAG_BC_D_COND);
        request.set(ValueLayout.JAVA_BYTE, at + 5, (byte) operation);
        // A socket that does not match jumps beyond the end of the program, which rejects it.
        request.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 6, (short) (operation + 4));
        request.set(ValueLayout.JAVA_BYTE, at + 8, (byte) (address.length == 16 ? AF_INET6 : AF_INET));
        request.set(ValueLayout.JAVA_BYTE, at + 9, (byte) (8 * address.length));
        request.set(ValueLayout.JAVA_INT_UNALIGNED, at + 12, port == 0 ? -1 : port);
        MemorySegment.copy(address, 0, request, ValueLayout.JAVA_BYTE, at + 16, address.length);
        finishDump(length, visitor);
    }

    /** The old request type walks both families at once, which the newer one cannot (net/ipv4/inet_diag.c). */
    private void legacyDump(int stateMask, int extensions, Visitor visitor) {
        abandonRunningDump();
        beginDump(LEGACY_LENGTH, stateMask, extensions);
        finishDump(LEGACY_LENGTH, visitor);
    }

    private MemorySegment beginDump(int length, int stateMask, int extensions) {
        MemorySegment request = begin(length, SockDiagReply.TCPDIAG_GETSOCK, REQUEST | DUMP);
        request.set(ValueLayout.JAVA_BYTE, 19, (byte) extensions);
        request.set(ValueLayout.JAVA_LONG_UNALIGNED, 60, -1L);
        request.set(ValueLayout.JAVA_INT_UNALIGNED, 68, stateMask);
        return request;
    }

    private void finishDump(int length, Visitor visitor) {
        dumpRuns = true;
        int outcome = exchange(length, visitor);
        while (outcome == SockDiagReply.MORE) {
            outcome = receive(visitor);
        }
        dumpRuns = false;
        if (outcome < 0) {
            throw new NetlinkException("to list TCP sockets", -outcome);
        }
    }

    private MemorySegment begin(int length, int type, int flags) {
        MemorySegment request = socket.request();
        request.asSlice(0, length).fill((byte) 0);
        request.set(ValueLayout.JAVA_INT_UNALIGNED, 0, length);
        request.set(ValueLayout.JAVA_SHORT_UNALIGNED, 4, (short) type);
        request.set(ValueLayout.JAVA_SHORT_UNALIGNED, 6, (short) flags);
        request.set(ValueLayout.JAVA_INT_UNALIGNED, 8, ++sequence);
        return request;
    }

    private int exchange(int length, Visitor visitor) {
        int sent = socket.send(length);
        return sent < 0 ? sent : receive(visitor);
    }

    private int receive(Visitor visitor) {
        int length = socket.receive();
        return length < 0 ? length : SockDiagReply.visit(socket.reply(), length, sequence, visitor);
    }

    /** A visitor that threw leaves a dump half read, and the kernel would refuse the next one with EBUSY. */
    private void abandonRunningDump() {
        int outcome = dumpRuns ? SockDiagReply.MORE : SockDiagReply.DONE;
        while (outcome == SockDiagReply.MORE) {
            outcome = receive((family, state, localPort, remotePort, inode, timer, rqueue, wqueue, drops) -> {});
        }
        dumpRuns = false;
    }
}
