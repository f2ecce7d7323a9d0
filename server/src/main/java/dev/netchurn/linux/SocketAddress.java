package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;

/**
 * A {@code sockaddr_in} or {@code sockaddr_in6} in native memory (ip(7), ipv6(7)), made once and used for many calls.
 * Immutable after construction; safe to read from any thread.
 */
public final class SocketAddress {

    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int SIZE_IPV4 = 16;
    private static final int SIZE_IPV6 = 28;

    private final MemorySegment segment;

    /** Lives as long as {@code arena}. A port of 0 leaves the choice to the kernel. */
    public SocketAddress(Arena arena, InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        boolean ipv6 = bytes.length == 16;
        segment = arena.allocate(ipv6 ? SIZE_IPV6 : SIZE_IPV4, 8);
        segment.set(ValueLayout.JAVA_SHORT, 0, (short) (ipv6 ? Syscalls.AF_INET6 : Syscalls.AF_INET));
        segment.set(NETWORK_SHORT, 2, (short) port);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, ipv6 ? 8 : 4, bytes.length);
        if (address instanceof Inet6Address v6) {
            segment.set(ValueLayout.JAVA_INT, 24, v6.getScopeId());
        }
    }

    /** Whether the family is AF_INET6. */
    public boolean isIpv6() {
        return segment.byteSize() == SIZE_IPV6;
    }

    /** AF_INET or AF_INET6. */
    public int family() {
        return isIpv6() ? Syscalls.AF_INET6 : Syscalls.AF_INET;
    }

    /** Copies it to where the kernel will read it later. */
    public void copyTo(MemorySegment other) {
        MemorySegment.copy(segment, 0, other, 0, segment.byteSize());
    }

    MemorySegment segment() {
        return segment;
    }

    int length() {
        return (int) segment.byteSize();
    }

    /** The port of an address that the kernel wrote, in host order. */
    static int port(MemorySegment written) {
        return written.get(NETWORK_SHORT, 2) & 0xffff;
    }

    /** The last 4 bytes of the address that the kernel wrote, the first of them in the highest bits. */
    static int addressBits(MemorySegment written) {
        boolean ipv6 = written.get(ValueLayout.JAVA_SHORT, 0) == Syscalls.AF_INET6;
        return written.get(NETWORK_INT, ipv6 ? 20 : 4);
    }

    /** Whether two written or made addresses are the same family, port and address. */
    static boolean same(MemorySegment a, MemorySegment b) {
        boolean ipv6 = a.get(ValueLayout.JAVA_SHORT, 0) == Syscalls.AF_INET6;
        if (a.get(ValueLayout.JAVA_INT, 0) != b.get(ValueLayout.JAVA_INT, 0)) {
            return false;
        }
        if (!ipv6) {
            return a.get(ValueLayout.JAVA_INT, 4) == b.get(ValueLayout.JAVA_INT, 4);
        }
        return a.get(ValueLayout.JAVA_LONG, 8) == b.get(ValueLayout.JAVA_LONG, 8)
                && a.get(ValueLayout.JAVA_LONG, 16) == b.get(ValueLayout.JAVA_LONG, 16);
    }
}
