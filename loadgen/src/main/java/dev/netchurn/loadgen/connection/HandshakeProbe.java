package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.latency.LatencyKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What TCP_INFO says about a handshake that has just ended (include/uapi/linux/tcp.h, struct tcp_info). Its only sample is
 * then the time from SYN to SYN-ACK, unless the SYN was repeated. Owned by one event loop.
 */
final class HandshakeProbe {

    /** The first SYN is repeated after 1 s; from here on it is asked how many were needed. */
    static final long SUSPICIOUS_NS = 900_000_000L;

    private static final int SIZE = 280;
    private static final int RTT_US = 68;
    private static final int TOTAL_RETRANS = 100;

    private final Syscalls syscalls;
    private final MemorySegment info;
    private final int sampleEvery;
    private int untilSample;

    /** @param sampleEvery one connection in so many is asked; 0 = only suspicious ones */
    HandshakeProbe(Syscalls syscalls, Arena arena, int sampleEvery) {
        this.syscalls = syscalls;
        this.info = arena.allocate(SIZE, 8);
        this.sampleEvery = sampleEvery;
        this.untilSample = 1;
    }

    /** Whether this connection is to be asked. */
    boolean isDue(long connectNs) {
        if (connectNs >= SUSPICIOUS_NS) {
            return true;
        }
        if (sampleEvery == 0 || --untilSample > 0) {
            return false;
        }
        untilSample = sampleEvery;
        return true;
    }

    /** Asks the kernel about a connection and writes the answer down. */
    void ask(int fd, PhaseBook book) {
        int length = syscalls.getOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_INFO, info);
        if (length < TOTAL_RETRANS + Integer.BYTES) {
            return;
        }
        int repeats = info.get(ValueLayout.JAVA_INT, TOTAL_RETRANS);
        book.ledger().synRetransmits(repeats);
        if (repeats == 0) {
            long rttUs = Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT, RTT_US));
            book.latencies().record(LatencyKind.KERNEL_RTT, rttUs * 1000);
        }
    }
}
