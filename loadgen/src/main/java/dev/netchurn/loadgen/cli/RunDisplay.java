package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.report.LatencyLog;
import dev.netchurn.loadgen.report.LiveFrame;
import dev.netchurn.loadgen.report.Progress;
import dev.netchurn.loadgen.run.IntervalAssembly;
import dev.netchurn.loadgen.run.IntervalPair;
import dev.netchurn.loadgen.run.OfferedRate;
import dev.netchurn.loadgen.run.RunInterval;
import dev.netchurn.loadgen.run.RunListener;
import dev.netchurn.loadgen.run.RunPlan;
import dev.netchurn.loadgen.run.RunTimeline;
import dev.netchurn.loadgen.run.TimeWaitPrediction;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Ticks;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Carries each interval of a run to the screen and into the latency log. Owned by the controller's main thread. */
final class RunDisplay implements RunListener {

    private final RunPlan plan;
    private final Progress progress;
    private final LatencyLog log;
    private final NanoClock clock;
    private @Nullable Ticks ticks;
    private @Nullable TimeWaitPrediction prediction;
    private @Nullable IntervalPair previous;
    private long drainBeganNs;
    private long acceptsLoggedUntilNs;

    RunDisplay(RunPlan plan, Progress progress, LatencyLog log, NanoClock clock) {
        this.plan = plan;
        this.progress = progress;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void started(RunPlan started, Ticks schedule) {
        ticks = schedule;
        log.loadBegan(schedule.startAtNs());
        prediction = new TimeWaitPrediction(started);
    }

    @Override
    public void draining() {
        drainBeganNs = clock.nanoTime();
    }

    @Override
    public void interval(RunTimeline timeline, IntervalPair pair) {
        IntervalPair earlier = previous;
        previous = pair;
        Map<Side, Long> predicted = prediction == null ? Map.of() : prediction.after(pair, timeline.ticks().startAtNs());
        if (earlier == null || pair.load() == null || pair.load().load() == null) {
            return;
        }
        LoadReport report = pair.load().load();
        RunInterval interval = IntervalAssembly.between(earlier, pair, timeline.ticks().startAtNs(),
                plan.request().environment().topology(), OfferedRate.of(plan.load(), timeline.ticks()), predicted);
        if (interval != null) {
            progress.show(frame(interval, report, pair.load().atNs()));
        }
    }

    @Override
    public void reported(RunTimeline timeline, long fromNs, long toNs, LoadReport report) {
        log.append(fromNs, toNs, new EnumMap<>(Map.of(
                Phase.WARMUP, report.histograms(Phase.WARMUP), Phase.MEASURE, report.histograms(Phase.MEASURE))));
    }

    @Override
    public void acceptQueue(Histogram waitsNs) {
        long nowNs = clock.nanoTime();
        log.append(acceptsLoggedUntilNs == 0 ? nowNs : acceptsLoggedUntilNs, nowNs,
                Map.of(Phase.MEASURE, Map.of(LatencyKind.ACCEPT_QUEUE, waitsNs)));
        acceptsLoggedUntilNs = nowNs;
    }

    private LiveFrame frame(RunInterval interval, LoadReport report, long nowNs) {
        Ledger warm = report.ledger(Phase.WARMUP);
        Ledger measured = report.ledger(Phase.MEASURE);
        double done = share(interval.phase(), measured, nowNs);
        Long leftNs = isCounted(interval.phase()) ? null : Math.round(phaseNs(interval.phase()) * (1 - done));
        return new LiveFrame(interval, done, leftNs, offered(nowNs), warm.inFlight() + measured.inFlight(),
                warm.of(Outcome.ESTABLISHED) + measured.of(Outcome.ESTABLISHED), failures(List.of(warm, measured)));
    }

    /** Share of the phase that is over; a measurement that ends after a number of connections is measured by these. */
    private double share(Phase phase, Ledger measured, long nowNs) {
        Ticks schedule = ticks;
        if (schedule == null) {
            return 0;
        }
        if (isCounted(phase)) {
            return (double) measured.started() / plan.load().measuredConnections();
        }
        long beganNs = switch (phase) {
            case WARMUP -> schedule.startAtNs();
            case MEASURE -> schedule.startAtNs() + schedule.warmupNs();
            case DRAIN -> drainBeganNs == 0 ? nowNs : drainBeganNs;
        };
        return Math.clamp((double) (nowNs - beganNs) / Math.max(1, phaseNs(phase)), 0, 1);
    }

    private boolean isCounted(Phase phase) {
        return phase == Phase.MEASURE && plan.load().measuredConnections() > 0;
    }

    private long phaseNs(Phase phase) {
        return switch (phase) {
            case WARMUP -> plan.load().warmupNs();
            case MEASURE -> plan.load().measureNs();
            case DRAIN -> plan.load().drainNs();
        };
    }

    private @Nullable Double offered(long nowNs) {
        Ticks schedule = ticks;
        return schedule == null ? null : OfferedRate.of(plan.load(), schedule).at(nowNs);
    }

    private static Map<String, Long> failures(List<Ledger> ledgers) {
        Map<String, Long> failures = new LinkedHashMap<>();
        for (Ledger ledger : ledgers) {
            ledger.outcomes().forEach((outcome, count) -> {
                if (outcome != Outcome.ESTABLISHED) {
                    failures.merge(outcome.text(), count, Long::sum);
                }
            });
            ledger.closes().forEach((outcome, count) -> {
                if (outcome != CloseOutcome.CLOSED && outcome != CloseOutcome.STILL_OPEN) {
                    failures.merge(outcome.text(), count, Long::sum);
                }
            });
        }
        return failures;
    }
}
