package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.latency.LatencyKind;

/**
 * A connection as far as the books go: its clocks, and what every engine writes in the same way about its start, its handshake
 * and who was first to close. Owned by one event loop.
 */
abstract class BookedConnection extends Waiting {

    final EngineVitals vitals;
    private PhaseBook book;
    private boolean closerKnown;
    private long intendedNs;
    long startNs;
    long connectedNs;

    BookedConnection(EngineVitals vitals, PhaseBook book) {
        this.vitals = vitals;
        this.book = book;
    }

    /** A new arrival, which belongs into this book. */
    final void open(PhaseBook of) {
        book = of;
        closerKnown = false;
    }

    /** connect(2) comes next. */
    final void starts(long nowNs, long intended, boolean openLoop) {
        startNs = nowNs;
        intendedNs = openLoop ? intended : nowNs;
        record(LatencyKind.WAIT, nowNs - intendedNs);
    }

    final void handshakeComplete(long nowNs) {
        connectedNs = nowNs;
        book.ledger().established();
        vitals.answered();
        record(LatencyKind.CONNECT, nowNs - startNs);
        record(LatencyKind.CONNECT_FROM_INTENDED, nowNs - intendedNs);
    }

    /** The first byte of the reply is here, or what stands for it. */
    final void recordResponse(long nowNs) {
        record(LatencyKind.RESPONSE, nowNs - intendedNs);
    }

    final void record(LatencyKind kind, long latencyNs) {
        book.latencies().record(kind, latencyNs);
    }

    final PhaseBook book() {
        return book;
    }

    final LoopLedger ledger() {
        return book.ledger();
    }

    /** Whether it is known who was first to close. */
    final boolean isCloserKnown() {
        return closerKnown;
    }

    /** A FIN or RST of the server's was read before we began to close. */
    final void serverWasFirst() {
        if (!closerKnown) {
            closerKnown = true;
            book.ledger().serverFirst();
        }
    }

    /** We began to close without having read anything of that kind. */
    final void clientWasFirst() {
        if (!closerKnown) {
            closerKnown = true;
            book.ledger().clientFirst();
        }
    }
}
