package dev.netchurn.loadgen.connection;

import dev.netchurn.loadgen.latency.LatencyRecorder;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop writes about the arrivals of one phase. An arrival keeps the book of its intended start until it
 * has ended, in whichever phase that is.
 *
 * @param established takes the sampled connections of the measurement; null for the warm-up
 */
public record PhaseBook(LoopLedger ledger, LatencyRecorder latencies, @Nullable EstablishedSamples established) {
}
