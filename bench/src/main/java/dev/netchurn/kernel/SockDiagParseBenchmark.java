package dev.netchurn.kernel;

import dev.netchurn.closepath.SteadyBenchmark;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the census costs beside the kernel's walk: reading so many TIME_WAIT sockets out of the answers to a sock_diag dump and
 * counting them by side and state. One operation is the whole dump.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SockDiagParseBenchmark extends SteadyBenchmark {

    /** A mini as an unprivileged user gets it, without attributes. */
    private static final int MESSAGE = 88;
    /** What the kernel puts into one datagram (kernel.md: up to 32 KiB less overhead). */
    private static final int MESSAGES_PER_DATAGRAM = 338;
    private static final int SEQUENCE = 1;
    private static final int PORT = 9000;
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    @Param({"1000", "10000", "100000"})
    public int sockets;

    private Arena arena;
    private MemorySegment datagram;

    @Setup(Level.Trial)
    public void fill() {
        arena = Arena.ofConfined();
        datagram = arena.allocate((long) MESSAGE * MESSAGES_PER_DATAGRAM, 4);
        for (int i = 0; i < MESSAGES_PER_DATAGRAM; i++) {
            long start = (long) i * MESSAGE;
            datagram.set(ValueLayout.JAVA_INT, start, MESSAGE);
            datagram.set(ValueLayout.JAVA_SHORT, start + 4, (short) SockDiagReply.TCPDIAG_GETSOCK);
            datagram.set(ValueLayout.JAVA_INT, start + 8, SEQUENCE);
            datagram.set(ValueLayout.JAVA_BYTE, start + 16, (byte) 2);
            datagram.set(ValueLayout.JAVA_BYTE, start + 17, (byte) TcpState.TIME_WAIT.number());
            datagram.set(ValueLayout.JAVA_BYTE, start + 18, (byte) SockDiag.TIMER_OF_MINI);
            datagram.set(NETWORK_SHORT, start + 20, (short) (10_000 + i));
            datagram.set(NETWORK_SHORT, start + 22, (short) PORT);
        }
    }

    @Benchmark
    public SocketTally parse() {
        SocketTally tally = new SocketTally(Set.of(PORT));
        for (int left = sockets; left > 0; left -= MESSAGES_PER_DATAGRAM) {
            int length = Math.min(left, MESSAGES_PER_DATAGRAM) * MESSAGE;
            if (SockDiagReply.visit(datagram, length, SEQUENCE, tally) != SockDiagReply.MORE) {
                throw new IllegalStateException("a datagram that was made here cannot be read");
            }
        }
        return tally;
    }

    @TearDown(Level.Trial)
    public void free() {
        arena.close();
    }
}
