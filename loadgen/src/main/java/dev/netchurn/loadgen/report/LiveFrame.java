package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.RunInterval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a run at the end of one interval.
 *
 * @param interval the interval itself
 * @param progress share of the phase that is done, 0 to 1
 * @param leftNs until the phase ends; null when that is not known
 * @param offeredPerSecond what the schedule asks for now; null in closed loop
 * @param inFlight connections begun and not done at this instant
 * @param established since the run began
 * @param failures since the run began, by outcome, close outcome or {@code shed}; zeros may be left out
 */
public record LiveFrame(
        RunInterval interval,
        double progress,
        @Nullable Long leftNs,
        @Nullable Double offeredPerSecond,
        long inFlight,
        long established,
        Map<String, Long> failures) {

    public LiveFrame {
        progress = Math.clamp(progress, 0, 1);
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }
}
