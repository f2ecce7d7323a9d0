package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.latency.LatencyRecorder;

/**
 * What one event loop writes about the arrivals of one phase. An arrival keeps the book of its intended start until it
 * has ended, in whichever phase that is.
 */
public record PhaseBook(LoopLedger ledger, LatencyRecorder latencies) {
}
