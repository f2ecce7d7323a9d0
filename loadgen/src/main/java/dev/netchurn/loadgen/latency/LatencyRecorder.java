package dev.netchurn.loadgen.latency;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of one event loop and one phase, from 1 ns to 1 h with 3 digits. One thread records; one other thread
 * takes interval snapshots, without making the first wait.
 */
public final class LatencyRecorder {

    /** Shortest latency that is told apart. */
    public static final long LOWEST_NS = 1;
    /** Longest latency that is told apart: 1 h. */
    public static final long HIGHEST_NS = 3_600_000_000_000L;
    private static final int DIGITS = 3;
    private static final LatencyKind[] KINDS = LatencyKind.values();

    private final @Nullable SingleWriterRecorder[] recorders = new SingleWriterRecorder[KINDS.length];
    private final @Nullable Histogram[] recycled = new Histogram[KINDS.length];
    private volatile long clamped;

    /** Makes room for these kinds only: each takes about half a megabyte. */
    public LatencyRecorder(Set<LatencyKind> kinds) {
        for (LatencyKind kind : kinds) {
            recorders[kind.ordinal()] = new SingleWriterRecorder(LOWEST_NS, HIGHEST_NS, DIGITS);
        }
    }

    /** An empty histogram of the range and precision used everywhere. */
    public static Histogram newHistogram() {
        return new Histogram(LOWEST_NS, HIGHEST_NS, DIGITS);
    }

    /**
     * Records one latency; outside of the range it is recorded at the bound, and counted as
     * clamped if it is negative or too long. Only by the owner of
     * the event loop. A kind that no room was made for is left out.
     */
    public void record(LatencyKind kind, long latencyNs) {
        SingleWriterRecorder recorder = recorders[kind.ordinal()];
        if (recorder == null) {
            return;
        }
        long inRangeNs = Math.clamp(latencyNs, LOWEST_NS, HIGHEST_NS);
        // 0 is a true latency, of a tick that ran on the nanosecond; only a negative one is a fault.
        if (latencyNs < 0 || latencyNs > HIGHEST_NS) {
            countClamped();
        }
        recorder.recordValue(inRangeNs);
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private void countClamped() {
        // One writer: volatile only lets the other thread see it.
        clamped = clamped + 1;
    }

    /** Latencies so far that were outside of the range. Any thread. */
    public long clamped() {
        return clamped;
    }

    /** What was recorded of a kind since the previous call, valid until the next; null when nothing was. */
    private @Nullable Histogram takeInterval(LatencyKind kind) {
        SingleWriterRecorder recorder = recorders[kind.ordinal()];
        if (recorder == null) {
            return null;
        }
        Histogram interval = recorder.getIntervalHistogram(recycled[kind.ordinal()]);
        recycled[kind.ordinal()] = interval;
        return interval.getTotalCount() == 0 ? null : interval;
    }

    /**
     * What was recorded since the previous call, merged over the event loops; kinds without any are not in it. Valid until the
     * next call: the histograms of a single loop are its own, because merging costs as much as everything else here.
     */
    public static Map<LatencyKind, Histogram> takeInterval(Iterable<LatencyRecorder> loops) {
        Map<LatencyKind, Histogram> merged = new EnumMap<>(LatencyKind.class);
        Set<LatencyKind> summed = EnumSet.noneOf(LatencyKind.class);
        for (LatencyRecorder loop : loops) {
            for (LatencyKind kind : KINDS) {
                Histogram interval = loop.takeInterval(kind);
                Histogram before = merged.get(kind);
                if (interval == null) {
                    continue;
                }
                if (before == null) {
                    merged.put(kind, interval);
                    continue;
                }
                if (summed.add(kind)) {
                    before = before.copy();
                    merged.put(kind, before);
                }
                before.add(interval);
            }
        }
        return merged;
    }
}
