package dev.netchurn.loadgen.connection;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What became of the arrivals of one phase, counted; cumulative over all event loops.
 *
 * @param scheduled arrivals that were due (closed loop: started)
 * @param started arrivals for which a connection was begun; {@code scheduled − shed}
 * @param outcomes how arrivals ended so far; every arrival ends in exactly one
 * @param closes how established connections ended so far
 * @param inFlight started and not done at this instant
 * @param eagerHits connections that the immediate second connect() found established
 * @param eagerMisses connections that had to wait for epoll although the second connect() was made
 * @param notEager connections for which no second connect() was made
 * @param serverFirst connections whose server's FIN or RST was seen before the client began to close
 * @param clientFirst connections that the client began to close without having seen the server's FIN
 * @param unreadCloses {@code fin} and {@code rst} closes with unread bytes seen in the receive queue, which make a FIN an
 *     RST; a bare connection that is not held is closed without a look, then only TCPAbortOnClose tells
 * @param unreadBytes bytes received that nobody asked for; {@code graceful} and {@code peer} read them away
 * @param bytesAfterFin bytes received after our FIN: the half that the server kept open was used
 * @param synRetransmits connections by how many SYN repeats TCP_INFO reported, of those that were asked
 * @param localErrno first errno of each failed outcome, for the report
 * @param difference where a reply first departed from the expected one; null when none did
 * @param firstCloseNs when the first of {@code closes} was complete, on the machine's monotonic clock; 0 before
 * @param lastCloseNs when the last was; those still open at the end are no closes
 */
public record Ledger(
        long scheduled,
        long started,
        Map<Outcome, Long> outcomes,
        Map<CloseOutcome, Long> closes,
        long inFlight,
        long eagerHits,
        long eagerMisses,
        long notEager,
        long serverFirst,
        long clientFirst,
        long unreadCloses,
        long unreadBytes,
        long bytesAfterFin,
        Map<Integer, Long> synRetransmits,
        Map<Outcome, Integer> localErrno,
        @Nullable ExchangeDifference difference,
        long firstCloseNs,
        long lastCloseNs) {

    public static final Ledger EMPTY =
            new Ledger(0, 0, Map.of(), Map.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of(), null, 0, 0);

    public Ledger {
        outcomes = copy(Outcome.class, outcomes);
        closes = copy(CloseOutcome.class, closes);
        synRetransmits = Map.copyOf(synRetransmits);
        localErrno = Map.copyOf(localErrno);
    }

    private static <K extends Enum<K>> Map<K, Long> copy(Class<K> type, Map<K, Long> counts) {
        EnumMap<K, Long> copy = new EnumMap<>(type);
        counts.forEach((key, count) -> {
            if (count != 0) {
                copy.put(key, count);
            }
        });
        return Collections.unmodifiableMap(copy);
    }

    /** Arrivals that ended so. */
    public long of(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** Established connections that ended so. */
    public long of(CloseOutcome outcome) {
        return closes.getOrDefault(outcome, 0L);
    }

    /** Arrivals that were started and did not become a connection. */
    public long failed() {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getKey() != Outcome.ESTABLISHED && entry.getKey() != Outcome.SHED)
                .mapToLong(Map.Entry::getValue).sum();
    }

    /** Both together, such as two event loops or two phases. */
    public Ledger plus(Ledger other) {
        return new Ledger(
                scheduled + other.scheduled,
                started + other.started,
                sum(Outcome.class, outcomes, other.outcomes),
                sum(CloseOutcome.class, closes, other.closes),
                inFlight + other.inFlight,
                eagerHits + other.eagerHits,
                eagerMisses + other.eagerMisses,
                notEager + other.notEager,
                serverFirst + other.serverFirst,
                clientFirst + other.clientFirst,
                unreadCloses + other.unreadCloses,
                unreadBytes + other.unreadBytes,
                bytesAfterFin + other.bytesAfterFin,
                merge(synRetransmits, other.synRetransmits, Long::sum),
                merge(localErrno, other.localErrno, (first, _) -> first),
                difference != null ? difference : other.difference,
                firstCloseNs == 0 || other.firstCloseNs == 0
                        ? Math.max(firstCloseNs, other.firstCloseNs)
                        : Math.min(firstCloseNs, other.firstCloseNs),
                Math.max(lastCloseNs, other.lastCloseNs));
    }

    private static <K extends Enum<K>> Map<K, Long> sum(Class<K> type, Map<K, Long> a, Map<K, Long> b) {
        Map<K, Long> sums = new EnumMap<>(type);
        sums.putAll(a);
        b.forEach((key, count) -> sums.merge(key, count, Long::sum));
        return sums;
    }

    private static <K, V> Map<K, V> merge(Map<K, V> a, Map<K, V> b, BinaryOperator<V> both) {
        Map<K, V> merged = new HashMap<>(a);
        b.forEach((key, value) -> merged.merge(key, value, both));
        return merged;
    }
}
