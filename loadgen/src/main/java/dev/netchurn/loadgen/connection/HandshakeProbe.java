package dev.netchurn.loadgen.connection;

import dev.netchurn.kernel.TcpInfo;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.latency.LatencyKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Looks closer at one connection in so many when its handshake has just ended: what TCP_INFO says about it, whose only
 * sample is then the time from SYN to SYN-ACK unless the SYN was repeated, and the client's end of the four-tuple, by which
 * the target tells when it accepted. Costs two system calls then, none otherwise. Owned by one event loop.
 */
final class HandshakeProbe<A> {

    /** The first SYN is repeated after 1 s; from here on it is asked how many were needed. */
    static final long SUSPICIOUS_NS = 900_000_000L;

    private final Syscalls syscalls;
    private final Routes<A> routes;
    private final MemorySegment info;
    private final int sampleEvery;
    private int untilSample = 1;
    private boolean measuring;

    /** @param sampleEvery one connection in so many is looked at, the first of the measurement too; 0 = only suspicious ones */
    HandshakeProbe(Syscalls syscalls, Arena arena, Routes<A> routes, int sampleEvery) {
        this.syscalls = syscalls;
        this.routes = routes;
        this.info = arena.allocate(TcpInfo.SIZE, 8);
        this.sampleEvery = sampleEvery;
    }

    /** A handshake ended well. */
    void established(int fd, PhaseBook book, A target, long startNs, long establishedNs) {
        boolean sampled = isSample(book);
        if (sampled || establishedNs - startNs >= SUSPICIOUS_NS) {
            askTcpInfo(fd, book);
        }
        EstablishedSamples samples = book.established();
        if (sampled && samples != null && syscalls.readLocalName(fd) == 0) {
            samples.add(syscalls.localAddressBits(), syscalls.localPort(), routes.indexOf(target), startNs, establishedNs);
        }
    }

    private boolean isSample(PhaseBook book) {
        if (!measuring && book.established() != null) {
            measuring = true;
            untilSample = 1;
        }
        if (sampleEvery == 0 || --untilSample > 0) {
            return false;
        }
        untilSample = sampleEvery;
        return true;
    }

    private void askTcpInfo(int fd, PhaseBook book) {
        int length = syscalls.getOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_INFO, info);
        if (length < TcpInfo.LEAST_SIZE) {
            return;
        }
        long repeats = TcpInfo.totalRetrans(info);
        book.ledger().synRetransmits(repeats);
        if (repeats == 0) {
            book.latencies().record(LatencyKind.KERNEL_RTT, TcpInfo.rttNs(info));
        }
    }
}
