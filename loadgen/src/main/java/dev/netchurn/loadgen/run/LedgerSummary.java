package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ExchangeDifference;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the arrivals of the measurement.
 *
 * @param scheduled arrivals that were due (closed loop: started)
 * @param started arrivals for which a connection was begun
 * @param shed arrivals not started because the in-flight bound was reached
 * @param established connections whose handshake completed
 * @param failed started arrivals that did not become a connection, by outcome; every outcome is there, also with 0
 * @param closed established connections that ended as the plan asked
 * @param closeFailed established connections that ended otherwise, by close outcome; every one is there, also with 0
 * @param stillOpen established connections that were open when the run ended
 * @param inFlight connections begun and not done
 * @param eager how the handshakes were noticed
 * @param unreadCloses closes with unread bytes in the receive queue, which turns them into an RST
 * @param unreadBytes bytes received that nobody asked for
 * @param bytesAfterFin bytes received after the client's FIN
 * @param difference where a reply first departed from {@code --expect}; null when none did
 * @param errno first errno of each failed outcome that has one
 */
public record LedgerSummary(
        long scheduled,
        long started,
        long shed,
        long established,
        Map<String, Long> failed,
        long closed,
        Map<String, Long> closeFailed,
        long stillOpen,
        InFlight inFlight,
        Eager eager,
        long unreadCloses,
        long unreadBytes,
        long bytesAfterFin,
        @Nullable ExchangeDifference difference,
        Map<String, Integer> errno) {

    /**
     * Connections in flight over the measurement.
     *
     * @param mean weighted by time
     * @param max the highest number at any time
     */
    public record InFlight(double mean, long max) {
    }

    /**
     * How the client learned that a handshake was complete.
     *
     * @param hits found complete by the immediate second connect()
     * @param misses the second connect() came too early; epoll told later
     * @param notTried left to epoll from the start
     */
    public record Eager(long hits, long misses, long notTried) {

        /** Share of the handshakes that needed no epoll, 0 to 1; 0 when there was none. */
        public double share() {
            long all = hits + misses + notTried;
            return all == 0 ? 0 : (double) hits / all;
        }
    }

    public LedgerSummary {
        failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
        closeFailed = Collections.unmodifiableMap(new LinkedHashMap<>(closeFailed));
        errno = Collections.unmodifiableMap(new LinkedHashMap<>(errno));
    }

    /** From the ledger of the measurement phase, at the end of the run. */
    public static LedgerSummary of(Ledger ledger, double inFlightMean, long inFlightMax) {
        Map<String, Long> failed = new LinkedHashMap<>();
        Map<String, Integer> errno = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.ESTABLISHED && outcome != Outcome.SHED) {
                failed.put(outcome.text(), ledger.of(outcome));
                Integer number = ledger.localErrno().get(outcome);
                if (number != null) {
                    errno.put(outcome.text(), number);
                }
            }
        }
        Map<String, Long> closeFailed = new LinkedHashMap<>();
        for (CloseOutcome outcome : CloseOutcome.values()) {
            if (outcome != CloseOutcome.CLOSED && outcome != CloseOutcome.STILL_OPEN) {
                closeFailed.put(outcome.text(), ledger.of(outcome));
            }
        }
        return new LedgerSummary(ledger.scheduled(), ledger.started(), ledger.of(Outcome.SHED),
                ledger.of(Outcome.ESTABLISHED), failed, ledger.of(CloseOutcome.CLOSED), closeFailed,
                ledger.of(CloseOutcome.STILL_OPEN), new InFlight(inFlightMean, inFlightMax),
                new Eager(ledger.eagerHits(), ledger.eagerMisses(), ledger.notEager()),
                ledger.unreadCloses(), ledger.unreadBytes(), ledger.bytesAfterFin(), ledger.difference(), errno);
    }

    /** Started arrivals that did not become a connection, of all outcomes. */
    public long failedTotal() {
        return failed.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Established connections that ended otherwise than planned, of all close outcomes. */
    public long closeFailedTotal() {
        return closeFailed.values().stream().mapToLong(Long::longValue).sum();
    }
}
