package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.server.ServerBooks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The three books of a run, over warm-up, measurement and drain together: what the client counted, what the kernel counted,
 * what the target counted. They can be compared only where all sockets of the namespaces are ours.
 *
 * @param sent connections for which the client let a SYN leave
 * @param established connections that the client saw established
 * @param uncertain connections that the client gave up after its SYN had left: the server may or may not have made them
 * @param activeOpens the kernel's count at the client; null where others share the namespace
 * @param passiveOpens the kernel's count at the server
 * @param accepted our own target's count; null with any other
 * @param queued left in the accept queue of a target that never accepts, where the kernel keeps the target's book; else null
 */
record Books(
        long sent, long established, long uncertain, @Nullable Long activeOpens, @Nullable Long passiveOpens,
        @Nullable Long accepted, @Nullable Long queued) {

    static Books of(RunRecord record) {
        Ledger warm = record.ledger(Phase.WARMUP);
        Ledger measured = record.ledger(Phase.MEASURE);
        boolean own = record.plan().request().startsTarget() && record.plan().request().environment().topology().isPrivate();
        boolean read = own && record.loadWalk() != null;
        ServerBooks target = record.books();
        return new Books(
                sent(warm) + sent(measured),
                warm.of(Outcome.ESTABLISHED) + measured.of(Outcome.ESTABLISHED),
                uncertain(warm) + uncertain(measured),
                read ? record.countersSince(0, Side.CLIENT).get("TcpActiveOpens") : null,
                read ? record.countersSince(0, Side.SERVER).get("TcpPassiveOpens") : null,
                target == null ? null : target.accepted(),
                read && record.plan().neverAccepts() ? queued(record) : null);
    }

    private static long queued(RunRecord record) {
        ListenQueue queue = RunTimeline.listenQueue(record.last());
        return queue == null ? 0 : queue.length();
    }

    private static long sent(Ledger ledger) {
        return ledger.outcomes().entrySet().stream()
                .filter(entry -> entry.getKey().isSynSent()).mapToLong(java.util.Map.Entry::getValue).sum();
    }

    private static long uncertain(Ledger ledger) {
        return ledger.of(Outcome.TIMED_OUT) + ledger.of(Outcome.KERNEL_TIMED_OUT) + ledger.of(Outcome.RESET)
                + ledger.of(Outcome.ABANDONED);
    }

    /** Whether the books agree; null when there is only the client's own. */
    @Nullable Boolean agree() {
        return activeOpens == null ? null : differences().isEmpty();
    }

    /** One sentence for each book that differs. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        if (activeOpens != null && activeOpens != sent) {
            differences.add("the client let " + sent + " SYNs leave, its kernel counted " + activeOpens + " active opens");
        }
        if (passiveOpens != null && !isWithin(passiveOpens)) {
            differences.add(
                    "the client saw " + established + " connections established, the server's kernel made " + passiveOpens);
        }
        if (accepted != null && activeOpens != null && passiveOpens != null) {
            long taken = accepted + (queued == null ? 0 : queued);
            if (taken != passiveOpens) {
                differences.add("the server's kernel made " + passiveOpens + " connections, the target accepted " + accepted
                        + (queued == null ? "" : " and " + queued + " wait in its accept queue"));
            }
        }
        return differences;
    }

    private boolean isWithin(long made) {
        return made >= established && made <= established + uncertain;
    }
}
