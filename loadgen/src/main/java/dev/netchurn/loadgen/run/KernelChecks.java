package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import java.util.Set;

/** Whether what the kernel did is what the run was meant to make it do. */
final class KernelChecks {

    private final RunRecord record;
    private final Set<String> allowed;
    private final Ledger measured;
    private final Findings findings;

    KernelChecks(RunRecord record, Findings findings) {
        this.record = record;
        this.findings = findings;
        allowed = record.plan().request().allowed();
        measured = record.ledger(Phase.MEASURE);
    }

    void timeWaitOverflow() {
        if (allowed.contains("tw_overflow")) {
            return;
        }
        for (Side side : Side.values()) {
            long overflow =
                    record.countersSince(record.timeline().ticks().measurementTick(), side).get("TcpExtTCPTimeWaitOverflow");
            if (overflow > 0) {
                findings.invalid("tw_overflow",
                        "at the " + side.text() + " the kernel made no TIME_WAIT for some closes because"
                                + " tcp_max_tw_buckets was reached, so the TIME_WAIT figures are too low",
                        overflow, 0);
                if (!record.plan().request().readsTwoNamespaces()) {
                    return;
                }
            }
        }
    }

    /**
     * A client that closes without a look does not know what lay unread; its kernel does. On the host's network the counter is
     * of everybody, so there it has to stand out.
     */
    void unreadBytes() {
        if (allowed.contains("unread") || record.plan().load().connection().close() instanceof ClientClose.Unread) {
            return;
        }
        long aborted = record.countersSince(record.timeline().ticks().measurementTick(), Side.CLIENT)
                .get("TcpExtTCPAbortOnClose");
        boolean ours = record.plan().request().environment().topology().isPrivate()
                || aborted > VerdictChecks.INVALID_FAILED_SHARE * measured.of(Outcome.ESTABLISHED);
        long unread = Math.max(measured.unreadCloses(), ours ? aborted : 0);
        if (unread > 0) {
            findings.degraded("unread", "connections were closed with unread bytes, which makes the close an RST", unread, 0);
        }
    }

    void unaccepted() {
        long unaccepted = record.finalCensus(Side.SERVER).unacceptedCloseWait();
        ListenQueue queue = RunTimeline.listenQueue(record.last());
        long waiting = queue == null ? 0 : queue.length();
        if (unaccepted + waiting > 0 && !record.plan().neverAccepts() && !allowed.contains("unaccepted")) {
            findings.degraded("unaccepted", "connections that the client has closed were never accepted by the server",
                    Math.max(unaccepted, waiting), 0);
        }
    }
}
