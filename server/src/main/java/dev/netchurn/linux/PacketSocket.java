package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Sees every frame that one network link sends or receives, with the kernel's timestamp, and can send frames there (packet(7)).
 * It needs CAP_NET_RAW in the namespace of the thread that constructs it.
 *
 * <p>Frames carry a {@code virtio_net_hdr} in front of the link header, in both directions. With it the kernel says which
 * checksums a virtual link left for later, so that a frame taken from one link and sent on another as it is stays valid.
 *
 * <p>One thread receives and reads what it received; sending is allowed to any thread, one at a time.
 */
public final class PacketSocket implements AutoCloseable {

    /** The frame was sent by this link, not received. */
    public static final int PACKET_OUTGOING = 4;
    /** Bytes of the {@code virtio_net_hdr} before each frame. */
    public static final int VNET_HEADER = 10;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int ETH_P_ALL = 3;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_TIMESTAMPNS = 35;
    private static final int RECEIVE_BUFFER = 4 << 20;

    /** A frame that a virtual link may hand over in one piece. */
    private static final int FRAME_SPACE = 72 * 1024;
    private static final int ADDRESS_SPACE = 20;
    private static final int CONTROL_SPACE = 64;
    private static final int MSGHDR_SIZE = 56;
    private static final int CMSG_HEADER = 16;
    private static final int CLOCK_READINGS = 20;
    /** More than a thread is held up between two readings as a rule; what is measured anew is measured well. */
    private static final long CLOCK_WAS_SET_NS = 1_000_000;
    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final Syscalls receiving = new Syscalls();
    private final Syscalls sending = new Syscalls();
    private final MemorySegment frame = arena.allocate(FRAME_SPACE, 8);
    private final MemorySegment outgoing = arena.allocate(FRAME_SPACE, 8);
    private final MemorySegment address = arena.allocate(ADDRESS_SPACE, 8);
    private final MemorySegment control = arena.allocate(CONTROL_SPACE, 8);
    private final MemorySegment message = arena.allocate(MSGHDR_SIZE, 8);
    private final int fd;
    private long wallAheadNs;

    /**
     * Opens a socket on a link.
     *
     * @param linkIndex as {@link RouteNetlink#indexOf} gives it
     * @param receiveTimeout after which {@link #receive} gives up
     * @throws IllegalStateException with the kernel's reason when it refuses
     */
    public PacketSocket(int linkIndex, Duration receiveTimeout) {
        // Protocol 0 receives nothing; bind() then names link and protocol at once, so that no foreign frame slips in.
        fd = receiving.socket(AF_PACKET, SOCK_RAW | Syscalls.SOCK_CLOEXEC, 0);
        try {
            check("open a packet socket", fd);
            check("ask for headers", receiving.setOption(fd, SOL_PACKET, PACKET_VNET_HDR, 1));
            check("ask for timestamps", receiving.setOption(fd, Syscalls.SOL_SOCKET, SO_TIMESTAMPNS, 1));
            receiving.setOption(fd, Syscalls.SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
            MemorySegment timeout = arena.allocate(16, 8);
            timeout.set(ValueLayout.JAVA_LONG, 0, receiveTimeout.toSeconds());
            timeout.set(ValueLayout.JAVA_LONG, 8, receiveTimeout.toNanosPart() / 1_000);
            check("set a timeout", receiving.setOption(fd, Syscalls.SOL_SOCKET, SO_RCVTIMEO, timeout, 16));
            MemorySegment link = arena.allocate(ADDRESS_SPACE, 8);
            link.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
            link.set(NETWORK_SHORT, 2, (short) ETH_P_ALL);
            link.set(ValueLayout.JAVA_INT, 4, linkIndex);
            check("listen to a link", receiving.bind(fd, link, ADDRESS_SPACE));
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ValueLayout.ADDRESS, 0, frame);
        vector.set(ValueLayout.JAVA_LONG, 8, FRAME_SPACE);
        message.set(ValueLayout.ADDRESS, 0, address);
        message.set(ValueLayout.ADDRESS, 16, vector);
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        message.set(ValueLayout.ADDRESS, 32, control);
        wallAheadNs = measureDistanceNs();
    }

    /** Waits for the next frame: its length with its header, or the negative errno; EAGAIN when the timeout was reached. */
    public int receive() {
        message.set(ValueLayout.JAVA_INT, 8, ADDRESS_SPACE);
        message.set(ValueLayout.JAVA_LONG, 40, CONTROL_SPACE);
        return (int) receiving.receiveMessage(fd, message);
    }

    /** The frame that {@link #receive} read last, with its header. */
    public byte[] frame(int length) {
        return frame.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Whether this link sent the frame that was received last, rather than got it. */
    public boolean isOutgoing() {
        return address.get(ValueLayout.JAVA_BYTE, 10) == PACKET_OUTGOING;
    }

    /**
     * When the link sent or got the frame that was received last, on the machine's monotonic clock. The kernel stamps with the
     * wall clock; the distance of the two clocks is measured when this opens, and again when the wall clock was set.
     */
    public long stampNs() {
        long length = message.get(ValueLayout.JAVA_LONG, 40);
        if (length < CMSG_HEADER + 16 || control.get(ValueLayout.JAVA_INT, 12) != SO_TIMESTAMPNS) {
            return receiving.monotonicNs();
        }
        long distanceNs = receiving.wallNs() - receiving.monotonicNs();
        if (Math.abs(distanceNs - wallAheadNs) > CLOCK_WAS_SET_NS) {
            wallAheadNs = measureDistanceNs();
        }
        return control.get(ValueLayout.JAVA_LONG, CMSG_HEADER) * 1_000_000_000L
                + control.get(ValueLayout.JAVA_LONG, CMSG_HEADER + 8) - wallAheadNs;
    }

    /** Of several readings the one whose two clocks were read closest to each other. */
    private long measureDistanceNs() {
        long closestNs = Long.MAX_VALUE;
        long distanceNs = 0;
        for (int i = 0; i < CLOCK_READINGS; i++) {
            long beforeNs = receiving.monotonicNs();
            long wallNs = receiving.wallNs();
            long afterNs = receiving.monotonicNs();
            if (afterNs - beforeNs < closestNs) {
                closestNs = afterNs - beforeNs;
                distanceNs = wallNs - beforeNs - closestNs / 2;
            }
        }
        return distanceNs;
    }

    /**
     * Sends a frame as {@link #frame} gave it.
     *
     * @throws IllegalStateException with the kernel's reason when it refuses
     */
    public synchronized void send(byte[] bytes) {
        MemorySegment.copy(bytes, 0, outgoing, ValueLayout.JAVA_BYTE, 0, bytes.length);
        check("send a frame", (int) sending.send(fd, outgoing, bytes.length));
    }

    @Override
    public void close() {
        if (fd >= 0) {
            receiving.close(fd);
        }
        receiving.close();
        sending.close();
        arena.close();
    }

    private static void check(String what, int outcome) {
        if (outcome < 0) {
            throw new IllegalStateException("the kernel refused to " + what + ": " + Errno.name(-outcome));
        }
    }
}
