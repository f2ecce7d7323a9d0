package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Ticks;
import org.HdrHistogram.Histogram;

/** Follows a run as it happens, on the controller's main thread. Must not block for long. */
public interface RunListener {

    /** Both workers are warm, and the start is set. */
    void started(RunPlan plan, Ticks ticks);

    /** One tick's reports are complete, and the timeline has them. */
    void interval(RunTimeline timeline, IntervalPair pair);

    /** The last arrival was started. */
    void draining();

    /** The load recorded this after its last interval. */
    default void rest(LoadReport report) {
    }

    /** How long connections of the measurement waited in the accept queue, of those that were found since the last call. */
    default void acceptQueue(Histogram waitsNs) {
    }
}
