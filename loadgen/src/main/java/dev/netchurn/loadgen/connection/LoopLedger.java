package dev.netchurn.loadgen.connection;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one event loop and one phase while it is being written: plain counters, owned by the event loop. Others
 * see the immutable {@link Ledger} that the loop makes of it once per interval.
 */
public final class LoopLedger {

    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final CloseOutcome[] CLOSES = CloseOutcome.values();
    private static final int MOST_RETRANSMITS = 15;

    private final long[] outcomes = new long[OUTCOMES.length];
    private final long[] closes = new long[CLOSES.length];
    private final int[] firstErrno = new int[OUTCOMES.length];
    private final long[] synRetransmits = new long[MOST_RETRANSMITS + 1];
    private long scheduled;
    private long started;
    private long inFlight;
    private long eagerHits;
    private long eagerMisses;
    private long notEager;
    private long serverFirst;
    private long clientFirst;
    private long unreadCloses;
    private long unreadBytes;
    private long bytesAfterFin;
    private @Nullable ExchangeDifference difference;
    private long firstCloseNs;
    private long lastCloseNs;

    /** An arrival was due and a connection is begun for it. */
    public void started() {
        scheduled++;
        started++;
        inFlight++;
    }

    /** An arrival was due and is not started. */
    public void shed() {
        scheduled++;
        outcomes[Outcome.SHED.ordinal()]++;
    }

    void established() {
        outcomes[Outcome.ESTABLISHED.ordinal()]++;
    }

    /** The attempt failed; {@code errno} is 0 when it was not the kernel that said so. */
    void failed(Outcome outcome, int errno) {
        outcomes[outcome.ordinal()]++;
        inFlight--;
        if (firstErrno[outcome.ordinal()] == 0) {
            firstErrno[outcome.ordinal()] = errno;
        }
    }

    /** @param atNs when, on the clock of the event loop */
    void closed(CloseOutcome outcome, long atNs) {
        closes[outcome.ordinal()]++;
        inFlight--;
        if (outcome != CloseOutcome.STILL_OPEN) {
            if (firstCloseNs == 0) {
                firstCloseNs = atNs;
            }
            lastCloseNs = atNs;
        }
    }

    /** An established connection stays open until the run ends, and is no longer in flight. */
    void leftOpen() {
        inFlight--;
    }

    /** A connection that was {@link #leftOpen} is closed at the end of the run. */
    void leftOpenEnded() {
        closes[CloseOutcome.STILL_OPEN.ordinal()]++;
    }

    void eagerHit() {
        eagerHits++;
    }

    void eagerMiss() {
        eagerMisses++;
    }

    void notEager() {
        notEager++;
    }

    void serverFirst() {
        serverFirst++;
    }

    void clientFirst() {
        clientFirst++;
    }

    void unreadClose() {
        unreadCloses++;
    }

    void unreadBytes(long bytes) {
        unreadBytes += bytes;
    }

    /** Bytes that the server sent after it had our FIN. */
    void bytesAfterFin(long bytes) {
        bytesAfterFin += bytes;
    }

    /** A reply was not the expected one. Only of the first it is kept in what, so later ones cost nothing. */
    void differs(ExchangeProgress exchange) {
        if (difference == null) {
            difference = exchange.difference();
        }
    }

    /** As {@link #differs(ExchangeProgress)}, of an engine that found the difference itself. */
    void differs(ExchangeDifference found) {
        if (difference == null) {
            difference = found;
        }
    }

    void synRetransmits(long repeats) {
        synRetransmits[(int) Math.min(repeats, MOST_RETRANSMITS)]++;
    }

    /** The counts at this moment. Allocates: once per interval. */
    public Ledger read() {
        Map<Outcome, Long> outcomeCounts = new EnumMap<>(Outcome.class);
        Map<Outcome, Integer> errnos = new EnumMap<>(Outcome.class);
        for (Outcome outcome : OUTCOMES) {
            outcomeCounts.put(outcome, outcomes[outcome.ordinal()]);
            if (firstErrno[outcome.ordinal()] != 0) {
                errnos.put(outcome, firstErrno[outcome.ordinal()]);
            }
        }
        Map<CloseOutcome, Long> closeCounts = new EnumMap<>(CloseOutcome.class);
        for (CloseOutcome close : CLOSES) {
            closeCounts.put(close, closes[close.ordinal()]);
        }
        Map<Integer, Long> retransmits = new HashMap<>();
        for (int repeats = 0; repeats <= MOST_RETRANSMITS; repeats++) {
            if (synRetransmits[repeats] != 0) {
                retransmits.put(repeats, synRetransmits[repeats]);
            }
        }
        return new Ledger(
                scheduled, started, outcomeCounts, closeCounts, inFlight, eagerHits, eagerMisses, notEager,
                serverFirst, clientFirst, unreadCloses, unreadBytes, bytesAfterFin, retransmits, errnos, difference,
                firstCloseNs, lastCloseNs);
    }
}
