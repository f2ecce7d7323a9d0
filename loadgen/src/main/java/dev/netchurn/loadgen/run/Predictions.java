package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.source.PortBudget;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What arithmetic expects of a run, beside what was measured. A moment that does not come is null.
 *
 * @param timeWait by side; empty when nothing was read
 * @param timeWaitSeconds how long a connection stays in TIME_WAIT, on average: 60 s and half a step of the timer wheel
 * @param timeWaitStepSeconds the steps in which TIME_WAIT ends
 * @param fourTuples different connections that can exist at a time
 * @param sustainablePerSecond closes per second that the four-tuples sustain for ever; null = any
 * @param portsLastSeconds until no port is free at the rate of this run
 * @param slowAfterSeconds until ports of the parity that connect() tries first are used up, and it gets slow
 * @param overflowAfterSeconds until tcp_max_tw_buckets is reached and TIME_WAIT is no longer made
 */
public record Predictions(
        Map<String, TimeWait> timeWait,
        double timeWaitSeconds,
        double timeWaitStepSeconds,
        long fourTuples,
        @Nullable Double sustainablePerSecond,
        @Nullable Double portsLastSeconds,
        @Nullable Double slowAfterSeconds,
        @Nullable Double overflowAfterSeconds) {

    /** Before so many seconds' worth, the moment within the interval in which a reading was taken is all that shows. */
    private static final double WORTH_COMPARING_SECONDS = 10;
    private static final long WORTH_COMPARING = 1000;

    /**
     * TIME_WAIT of one side at the end.
     *
     * @param expected by arithmetic
     * @param measured by the last walk; null when this side was not observed
     * @param ratio measured / expected; null when either is missing or nothing is expected
     * @param greatestDeviation the largest |measured / expected − 1| of the intervals in which at least 1000 and what ten
     *     seconds make were expected; null when there was none
     */
    public record TimeWait(
            long expected, @Nullable Long measured, @Nullable Double ratio, @Nullable Double greatestDeviation) {
    }

    public Predictions {
        timeWait = Collections.unmodifiableMap(new LinkedHashMap<>(timeWait));
    }

    /**
     * Of a run that is over.
     *
     * @param told the intervals and what was predicted for them and for the last walk
     * @param serverSeen whether the server's sockets were observed
     */
    static Predictions of(RunRecord record, IntervalAssembly.Told told, boolean serverSeen,
            double closesPerSecond) {
        PortForecast forecast = record.plan().forecast();
        PortBudget budget = forecast.budget();
        Map<String, TimeWait> timeWait = new LinkedHashMap<>();
        told.predictedTimeWaitAtEnd().forEach((side, expected) -> {
            boolean seen = record.last().reading(side) != null && (side == Side.CLIENT || serverSeen);
            Long measured = seen ? record.finalCensus(side).in(TcpState.TIME_WAIT) : null;
            timeWait.put(side.text(), new TimeWait(expected, measured,
                    measured == null || expected == 0 ? null : (double) measured / expected,
                    greatestDeviation(told.intervals(), side)));
        });
        boolean holds = forecast.clientHoldsPorts();
        return new Predictions(timeWait, forecast.life().meanNs() / 1e9, forecast.life().stepNs() / 1e9, budget.fourTuples(),
                holds ? finite(budget.sustainablePerSecond()) : null,
                holds ? finite(budget.secondsUntilExhaustion(closesPerSecond)) : null,
                holds ? finite(budget.secondsUntilSlow(closesPerSecond)) : null,
                forecast.leavesTimeWait() ? finite(forecast.secondsUntilOverflow(closesPerSecond)) : null);
    }

    private static @Nullable Double greatestDeviation(List<RunInterval> intervals, Side side) {
        Double greatest = null;
        for (RunInterval interval : intervals) {
            Long expected = interval.predictedTimeWait().get(side.text());
            Map<TcpState, Long> census = interval.census().get(side.text());
            if (expected == null || census == null
                    || expected < Math.max(WORTH_COMPARING, WORTH_COMPARING_SECONDS * interval.rate())) {
                continue;
            }
            double deviation = Math.abs((double) census.getOrDefault(TcpState.TIME_WAIT, 0L) / expected - 1);
            greatest = greatest == null ? deviation : Math.max(greatest, deviation);
        }
        return greatest;
    }

    private static @Nullable Double finite(double number) {
        return Double.isInfinite(number) ? null : number;
    }
}
