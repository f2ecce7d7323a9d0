package dev.netchurn.loadgen.pacing;

import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;

/**
 * How late an event loop is for what it should do every 10 ms. Ticks that were missed altogether count too, each with its
 * own lateness, or a long stall would weigh as little as a short one. Owned by the event loop.
 */
final class RegularTick {

    static final long PERIOD_NS = 10_000_000L;

    private final LatencyRecorder latencies;
    private long dueNs;

    RegularTick(LatencyRecorder latencies, long firstNs) {
        this.latencies = latencies;
        this.dueNs = firstNs;
    }

    void check(long nowNs) {
        while (dueNs - nowNs <= 0) {
            latencies.record(LatencyKind.EVENT_LOOP_DELAY, nowNs - dueNs);
            dueNs += PERIOD_NS;
        }
    }

    long remainingNs(long nowNs) {
        return dueNs - nowNs;
    }
}
