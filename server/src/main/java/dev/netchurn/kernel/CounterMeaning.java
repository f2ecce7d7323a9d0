package dev.netchurn.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the kernel's TCP counters mean for someone who opens and closes connections: one sentence each, saying what raises the
 * counter, at which end, and which setting moves it (net/ipv4/proc.c and the files that use those names; seen on Linux 6.18).
 */
public final class CounterMeaning {

    /** Lines of {@code name: sentence}; the formatting inside a sentence is for this file only. */
    private static final String SENTENCES = """
            TcpActiveOpens: connect() sent a first SYN, at the client; a connect() that finds no free port is not counted.
            TcpPassiveOpens: a handshake was completed by its third segment, at the server, before and without accept().
            TcpAttemptFails: a handshake failed, at the client (connect() was refused, reset or timed out) or at the server \
                (a half-open connection was reset); a client that gives up by close() is not counted.
            TcpEstabResets: a connection went from ESTABLISHED or CLOSE_WAIT straight to closed by an RST, sent by an \
                aborting close() or received from the other end; one abort counts at both ends.
            TcpCurrEstab: sockets in ESTABLISHED or CLOSE_WAIT now; one that does not fall after the peers closed is a \
                CLOSE_WAIT leak.
            TcpInSegs: segments received, those with errors included; an empty connection costs 6, or 7 when its second \
                FIN comes late.
            TcpOutSegs: segments sent, retransmitted ones not counted.
            TcpRetransSegs: segments sent again at either end: SYN, SYN-ACK, data or FIN; something was lost or dropped.
            TcpInErrs: segments received with a bad checksum or header.
            TcpInCsumErrors: segments received with a bad checksum; the sender, the network or an offload is broken.
            TcpOutRsts: RSTs sent, by an aborting close() or as the answer to a segment that meets no socket (a closed \
                port, a FIN after FIN_WAIT2 expired, a late acknowledgement); one that meets TIME_WAIT ends it unless \
                net.ipv4.tcp_rfc1337 is 1.
            TcpExtListenOverflows: the accept queue was full when a SYN or a third ACK arrived, at the server; accept() \
                faster, or raise the backlog and net.core.somaxconn, which caps it at listen().
            TcpExtListenDrops: a listener dropped a SYN or a third ACK for whatever reason, a full accept queue \
                included; clients wait a second and longer for their next SYN.
            TcpExtTCPReqQFullDrop: a SYN was dropped because the queue of half-open connections was full and \
                net.ipv4.tcp_syncookies is 0; the backlog sets its size.
            TcpExtTCPReqQFullDoCookies: a SYN was answered with a cookie because the queue of half-open connections was \
                full; the backlog sets its size, net.ipv4.tcp_syncookies=0 would drop instead.
            TcpExtSyncookiesSent: SYN-ACKs that carried a cookie instead of using memory, at the server; set by \
                net.ipv4.tcp_syncookies.
            TcpExtSyncookiesRecv: ACKs that brought a valid SYN cookie back, at the server, so that its kernel made the \
                connection only then; set by net.ipv4.tcp_syncookies.
            TcpExtSyncookiesFailed: ACKs that failed the cookie check while a recent overflow made cookies possible: \
                forged, too old, or for another connection; net.ipv4.tcp_syncookies=0 sends none.
            TcpExtEmbryonicRsts: half-open connections removed by an RST or a bad SYN, or refused because the accept \
                queue was full and net.ipv4.tcp_abort_on_overflow is 1.
            TcpExtTCPDeferAcceptDrop: bare ACKs ignored at the server because its listener waits for data \
                (TCP_DEFER_ACCEPT).
            TcpExtTCPMigrateReqSuccess: connections that moved to another SO_REUSEPORT listener when theirs closed; \
                net.ipv4.tcp_migrate_req allows it.
            TcpExtTCPMigrateReqFailure: connections that could not move to another SO_REUSEPORT listener when theirs \
                closed, although net.ipv4.tcp_migrate_req allows it.
            TcpExtTW: a connection left a TIME_WAIT or an orphaned FIN_WAIT2 behind, at the end that closed first; it \
                stays 60 s or net.ipv4.tcp_fin_timeout, and holds its port.
            TcpExtTWKilled: as TcpExtTW, for those with a lifetime of at most 4 s (a short net.ipv4.tcp_fin_timeout or \
                TCP_LINGER2); it does not mean killed early.
            TcpExtTWRecycled: connect() reused a four-tuple in TIME_WAIT, at the client; needs net.ipv4.tcp_tw_reuse (2 \
                = loopback only) and timestamps, and waits net.ipv4.tcp_tw_reuse_delay.
            TcpExtTCPTimeWaitOverflow: a TIME_WAIT was not made because net.ipv4.tcp_max_tw_buckets was reached; the \
                connection closed at once and no application hears of it.
            TcpExtTCPAbortOnData: close() with SO_LINGER {on, 0} sent an RST; so does, after close(), data from the \
                peer or TCP_LINGER2 below 0 once the FIN is acknowledged; no TIME_WAIT, and unread data is lost.
            TcpExtTCPAbortOnClose: close() with unread data in the receive buffer sent an RST instead of a FIN, \
                whatever SO_LINGER says; read before closing.
            TcpExtTCPAbortOnLinger: close() in FIN_WAIT2 with TCP_LINGER2 below 0 sent an RST; SO_LINGER {on, 0} is \
                counted in TcpExtTCPAbortOnData.
            TcpExtTCPAbortOnTimeout: a connection was given up after its last retransmission, without an RST; for a SYN \
                net.ipv4.tcp_syn_retries decides, for a closed socket net.ipv4.tcp_orphan_retries.
            TcpExtTCPAbortOnMemory: a closed socket was reset because the machine reached net.ipv4.tcp_max_orphans or \
                net.ipv4.tcp_mem.
            TcpExtTCPAbortFailed: an RST could not be sent for lack of memory; the peer does not know.
            TcpExtTCPTimeouts: retransmission timers that ran out, for SYN, data or FIN, the last one before giving up \
                included.
            TcpExtTCPSynRetrans: SYNs or SYN-ACKs sent again because no answer came; each costs the client 1 s or more.
            TcpExtTCPLossProbes: the last segment, often a FIN, was sent again early as a probe because its ACK did not \
                come.
            TcpExtTCPSYNChallenge: a SYN hit a live connection with the same four-tuple and was answered with a \
                challenge ACK.
            TcpExtTCPChallengeACK: challenge ACKs sent for a suspicious SYN, RST or ACK.
            TcpExtPAWSActive: SYN-ACKs rejected at the client because their timestamp was out of order.
            TcpExtPAWSEstab: segments rejected on a connection because their timestamp was too old.
            TcpExtPAWSTimewait: segments rejected in TIME_WAIT because their timestamp was too old; a reused port \
                behind address translation does this.
            TcpExtPAWSOldAck: old bare ACKs rejected by their timestamp.
            TcpExtTSEcrRejected: segments rejected because they echo a timestamp that was never sent.
            TcpExtBeyondWindow: segments rejected because they lie beyond the receive window.
            TcpExtTCPACKSkippedSynRecv: ACKs to half-open connections held back by net.ipv4.tcp_invalid_ratelimit.
            TcpExtTCPACKSkippedTimeWait: ACKs from TIME_WAIT held back by net.ipv4.tcp_invalid_ratelimit.
            TcpExtTCPACKSkippedFinWait2: ACKs from FIN_WAIT2 held back by net.ipv4.tcp_invalid_ratelimit.
            TcpExtTCPACKSkippedChallenge: challenge ACKs held back by net.ipv4.tcp_invalid_ratelimit.
            TcpExtDelayedACKs: ACKs sent by the delayed-ACK timer; without data it means that a FIN was acknowledged \
                late because the peer's application had not closed yet.
            TcpExtTCPBacklogDrop: segments dropped because a socket that was in use had too many waiting for it.
            TcpExtTcpTimeoutRehash: a timeout, such as that of a SYN, made the kernel choose another path hash.
            TcpExtTCPDelivered: segments that the other end acknowledged, SYN and FIN included; each end counts its own.
            TcpExtTCPDeliveredCE: acknowledged segments that a router had marked for congestion (ECN).
            TcpExtTCPOrigDataSent: segments with data or a FIN that were sent for the first time, by send(), close() or \
                shutdown(WR).
            TcpExtTCPPureAcks: ACKs without data that were received outside of the fast path.
            TcpExtTCPHPAcks: ACKs that were received in the fast path of an open connection.
            TcpExtTCPHPHits: data segments that were received in the fast path of an open connection.
            TcpExtDelayedACKLocked: the delayed-ACK timer found the socket in use by a system call of the application, and \
                the ACK was sent right after it.
            TcpExtDelayedACKLost: data or a FIN arrived twice, because the delayed ACK came too late or was lost.
            TcpExtTCPAutoCorking: small writes that were held back for a moment to send them together; \
                net.ipv4.tcp_autocorking=0 sends each at once, and connect() and close() are not affected.
            TcpExtTCPRcvCoalesce: received segments that were merged before the application read them.
            TcpExtTCPRcvQDrop: segments dropped because the application did not read and the receive buffer was full; \
                net.ipv4.tcp_rmem sets its size.
            TcpExtTCPOFOQueue: data that arrived out of order and waits for what is missing.
            TcpExtTCPKeepAlive: keep-alive probes sent on idle connections; SO_KEEPALIVE asks for them, \
                net.ipv4.tcp_keepalive_time says when.
            TcpExtTCPLossProbeRecovery: a tail-loss probe brought a lost last segment through.
            TcpExtTCPFastRetrans: segments sent again because later ones were acknowledged, without waiting for a timer.
            TcpExtTCPSlowStartRetrans: segments sent again after a timeout.
            TcpExtTCPRetransFail: a segment could not be sent again, for lack of memory or because the device was full.
            TcpExtTCPSpuriousRtxHostQueues: a repeat was put off because the first copy still waited in a queue of this \
                host: the machine is overloaded, nothing was lost.
            TcpExtTCPSpuriousRTOs: timeouts that turned out to be needless, because the answer was only late.
            TcpExtTCPDSACKOldSent: a segment that arrived twice was reported back to its sender (DSACK).
            TcpExtTCPDSACKRecv: the other end reports that it received a segment twice, so that a repeat was needless.
            TcpExtTCPDSACKUndo: a needless repeat was noticed by the other end's report, and the sending rate restored.
            TcpExtTCPDuplicateDataRehash: data arrived twice, so another path hash was chosen for the acknowledgements.
            TcpExtTCPZeroWindowDrop: segments dropped because the receive window was closed.
            TcpExtTCPFromZeroWindowAdv: a receive window that was closed was opened again, as the application read.
            TcpExtTCPToZeroWindowAdv: a receive window was closed, because the application does not read.
            TcpExtTCPWantZeroWindowAdv: a receive window should have been closed, but had been promised already.
            TcpExtTCPAckCompressed: ACKs for out-of-order data that were merged.
            TcpExtTCPFastOpenActive: connect() sent data in the SYN (TCP_FASTOPEN), and the server took it.
            TcpExtTCPFastOpenPassive: a SYN with data was accepted at once, at the server (TCP_FASTOPEN).
            TcpExtTCPFastOpenActiveFail: data in a SYN was not taken (TCP_FASTOPEN), and was sent again.
            TcpExtTCPFastOpenCookieReqd: a SYN asked for a TCP_FASTOPEN cookie.
            TcpExtPruneCalled: a receive buffer was full and was tidied; net.ipv4.tcp_rmem sets its size.
            TcpExtTCPMemoryPressures: the machine entered TCP memory pressure; net.ipv4.tcp_mem, of the whole machine, \
                says when.
            TcpExtLockDroppedIcmps: ICMP messages dropped because their socket was in use.
            TcpExtOutOfWindowIcmps: ICMP messages dropped because they do not fit a connection's window.
            TcpExtTCPLostRetransmit: a retransmitted segment, such as a second SYN, was lost again.
            """;

    private static final Map<String, String> BY_NAME = SENTENCES.lines()
            .map(line -> line.replaceAll(" +", " ").split(": ", 2))
            .collect(Collectors.toUnmodifiableMap(parts -> parts[0], parts -> parts[1]));

    /** They move with any traffic and say nothing about how connections are opened and closed. */
    private static final Set<String> BACKGROUND = Set.of("TcpExtTCPDelivered", "TcpExtTCPOrigDataSent", "TcpExtTCPPureAcks",
            "TcpExtTCPHPAcks", "TcpExtTCPHPHits", "TcpExtDelayedACKLocked", "TcpExtTCPAutoCorking", "TcpExtTCPRcvCoalesce");

    private CounterMeaning() {
    }

    /** The sentence for a counter such as {@code TcpExtTW}; empty for one that nobody has described. */
    public static Optional<String> of(String counterName) {
        return Optional.ofNullable(BY_NAME.get(counterName));
    }

    /** Whether a counter moves with any traffic, so that a display may leave its sentence out. */
    public static boolean isBackground(String counterName) {
        return BACKGROUND.contains(counterName);
    }

    /** Every counter that has a sentence. */
    public static Set<String> names() {
        return new TreeMap<>(BY_NAME).keySet();
    }
}
