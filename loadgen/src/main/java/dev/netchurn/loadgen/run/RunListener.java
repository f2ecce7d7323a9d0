package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Ticks;
import org.HdrHistogram.Histogram;

/** Follows a run as it happens, on the controller's main thread, as far as it wants to. Must not block for long. */
public interface RunListener {

    /** Both workers are ready, and this is where they are. */
    default void prepared(RunResult.Environment environment) {
    }

    /** Both workers are warm, and the start is set. */
    default void started(RunPlan plan, Ticks ticks) {
    }

    /** One tick's reports are complete, and the timeline has them. */
    default void interval(RunTimeline timeline, IntervalPair pair) {
    }

    /**
     * The load has reported, and the timeline has the histograms. Each histogram is told once: the last report comes when
     * everything is closed, and its ledgers are exact.
     *
     * @param fromNs begin of what the report covers, on the monotonic clock
     * @param toNs its end
     */
    default void reported(RunTimeline timeline, long fromNs, long toNs, LoadReport report) {
    }

    /** The last arrival was started. */
    default void draining() {
    }

    /** How long connections of the measurement waited in the accept queue, of those that were found since the last call. */
    default void acceptQueue(Histogram waitsNs) {
    }

    /** Nothing more is to come: the drain is over and every book is told. */
    default void ended(RunRecord record) {
    }
}
