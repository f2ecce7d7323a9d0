package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** Whether the latencies of a run are the target's, and not those of the generator or its machine. */
final class TimingChecks {

    static final double DEGRADED_STEAL = 0.02;
    static final double INVALID_STEAL = 0.10;
    static final double OBSERVER_SHARE = 0.01;
    static final long LONGEST_LOOP_DELAY_NS = Duration.ofMillis(100).toNanos();
    /** Mean wait for a closer as a share of the mean close. */
    private static final double TOLERATED_CLOSER_WAIT = 0.1;
    private static final double TOLERATED_DELAY_SHARE = 0.001;
    /** A warm-up of the observer's own code costs more than its steady state; shorter runs are not judged by it. */
    private static final double OBSERVER_JUDGED_AFTER_SECONDS = 5;

    private final RunRecord record;
    private final RateFigures rate;
    private final Set<String> allowed;
    private final Ledger measured;
    private final Findings findings;

    TimingChecks(RunRecord record, RateFigures rate, Findings findings) {
        this.record = record;
        this.rate = rate;
        this.findings = findings;
        allowed = record.plan().request().allowed();
        measured = record.ledger(Phase.MEASURE);
    }

    void scheduleLag() {
        Map<LatencyKind, Histogram> totals = record.timeline().totals(Phase.MEASURE);
        Histogram wait = totals.get(LatencyKind.WAIT);
        Histogram told = totals.getOrDefault(LatencyKind.RESPONSE, totals.get(LatencyKind.CONNECT_FROM_INTENDED));
        if (wait == null || told == null || wait.getTotalCount() < 1000) {
            return;
        }
        long lagNs = wait.getValueAtPercentile(99);
        // Starting late by what the schedule cannot resolve anyway says nothing: a turn of the loop takes about as long.
        long limitNs = Math.max(Duration.ofMillis(1).toNanos(), told.getValueAtPercentile(99) / 10);
        if (lagNs > limitNs) {
            findings.degraded("schedule-lag",
                    "connections started late: the generator's own lag (wait p99) is part of what was measured",
                    lagNs, limitNs);
        }
    }

    void eventLoopDelay() {
        Histogram delay = record.timeline().totals(Phase.MEASURE).get(LatencyKind.EVENT_LOOP_DELAY);
        if (delay == null || delay.getMaxValue() <= LONGEST_LOOP_DELAY_NS) {
            return;
        }
        long late = delay.getCountBetweenValues(LONGEST_LOOP_DELAY_NS, delay.getMaxValue());
        String message = "a client event loop was held up";
        if ((double) late / delay.getTotalCount() > TOLERATED_DELAY_SHARE) {
            findings.invalid("event-loop-delay", message, delay.getMaxValue(), LONGEST_LOOP_DELAY_NS);
        } else {
            findings.degraded("event-loop-delay", message, delay.getMaxValue(), LONGEST_LOOP_DELAY_NS);
        }
    }

    /** Only a handshake that was completed has a latency. */
    void eagerMix() {
        long all = measured.of(Outcome.ESTABLISHED);
        long mixed = Math.min(measured.eagerHits(), all - measured.eagerHits());
        if (all > 0 && (double) mixed / all > 0.01) {
            findings.degraded("eager",
                    "connect latencies of two kinds are mixed: some handshakes were complete when connect() returned,"
                            + " others were told by epoll; choose --eager on or off",
                    (double) measured.eagerHits() / all, 1);
        }
    }

    /** Lingering closes that wait for a thread tell how many threads there are, not how long a close takes. */
    void queuedCloses() {
        ClosersSummary closers = ClosersSummary.of(record, rate.seconds());
        Histogram lingers = record.timeline().totals(Phase.MEASURE).get(LatencyKind.LINGER_CLOSE);
        if (closers == null || closers.queueTime() == null || lingers == null || closers.queueMax() == 0
                || allowed.contains("closers")) {
            return;
        }
        double waitedNs = closers.queueMean() * rate.seconds() * 1e9 / lingers.getTotalCount();
        if (waitedNs > TOLERATED_CLOSER_WAIT * lingers.getMean()) {
            findings.degraded("closers", "closes queued: up to " + closers.queueMax() + " waited for one of " + closers.size()
                    + (closers.size() == 1 ? " closer" : " closers")
                    + ", so these bound the closes per second; raise --closers",
                    closers.queueMean(), 0);
        }
    }

    void machine(double stealFraction) {
        if (stealFraction > INVALID_STEAL) {
            findings.invalid("steal", "another tenant of the machine took CPU time away", stealFraction, INVALID_STEAL);
        } else if (stealFraction > DEGRADED_STEAL) {
            findings.degraded("steal", "another tenant of the machine took CPU time away", stealFraction, DEGRADED_STEAL);
        }
        double share = ObserverCost.shareOfCore(record);
        if (share > OBSERVER_SHARE && rate.seconds() >= OBSERVER_JUDGED_AFTER_SECONDS) {
            findings.degraded("observer", "watching the run cost more than one percent of a core", share, OBSERVER_SHARE);
        }
    }
}
