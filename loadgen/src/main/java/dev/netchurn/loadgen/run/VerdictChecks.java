package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.server.ServerBooks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * Decides whether a run is a valid measurement. Each check looks at one thing that can make the numbers wrong; the worst
 * finding wins, and all are told. Used once, after the run.
 */
final class VerdictChecks {

    static final double DEGRADED_RATE_SHARE = 0.99;
    static final double INVALID_RATE_SHARE = 0.90;
    static final double INVALID_FAILED_SHARE = 0.01;
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
    private final Books books;
    private final RateFigures rate;
    private final double stealFraction;
    private final Set<String> allowed;
    private final PlannedOutcomes planned;
    private final Ledger measured;
    private final List<Verdict.Reason> invalid = new ArrayList<>();
    private final List<Verdict.Reason> degraded = new ArrayList<>();

    VerdictChecks(RunRecord record, Books books, RateFigures rate, double stealFraction) {
        this.record = record;
        this.books = books;
        this.rate = rate;
        this.stealFraction = stealFraction;
        allowed = record.plan().request().allowed();
        planned = new PlannedOutcomes(record.plan());
        measured = record.ledger(Phase.MEASURE);
    }

    /** Runs every check. */
    Verdict judge() {
        workers();
        observer();
        conservation();
        threeBooks();
        anythingMeasured();
        failures();
        closeFailures();
        shed();
        achievedRate();
        scheduleLag();
        eventLoopDelay();
        timeWaitOverflow();
        eagerMix();
        unreadBytes();
        queuedCloses();
        unaccepted();
        drain();
        machine();
        List<Verdict.Reason> reasons = new ArrayList<>(invalid);
        reasons.addAll(degraded);
        Verdict.Status status = record.interrupted()
                ? Verdict.Status.INTERRUPTED
                : !invalid.isEmpty()
                        ? Verdict.Status.INVALID
                        : !degraded.isEmpty() ? Verdict.Status.DEGRADED : Verdict.Status.VALID;
        return new Verdict(status, reasons);
    }

    /**
     * What can be said against a run that still goes on: only checks that cannot be met again once they failed, and that the
     * end of the run does not have to be known for.
     */
    static List<Verdict.Reason> soFar(RunRecord unfinished) {
        VerdictChecks checks = new VerdictChecks(unfinished, Books.of(unfinished), RateFigures.of(unfinished), 0);
        checks.failures();
        checks.closeFailures();
        checks.shed();
        checks.eventLoopDelay();
        checks.unreadBytes();
        List<Verdict.Reason> reasons = new ArrayList<>(checks.invalid);
        reasons.addAll(checks.degraded);
        return reasons;
    }

    private void workers() {
        String lost = record.lost();
        if (lost != null) {
            invalid.add(new Verdict.Reason("worker", lost, null, null));
        } else if (record.loadEnd() == null || record.plan().target() != null && record.targetEnd() == null) {
            invalid.add(new Verdict.Reason("worker", "a worker did not tell its final books", null, null));
        }
        LoadReport load = record.lastLoad();
        if (load != null && load.loopErrors() > 0) {
            invalid("event-loop", "netchurn's own code failed on a client event loop", load.loopErrors(), 0);
        }
        ServerBooks target = record.books();
        if (target != null && target.loopErrors() > 0) {
            invalid("event-loop", "netchurn's own code failed on a target event loop", target.loopErrors(), 0);
        }
        if (load != null && load.clampedSamples() > 0) {
            degraded("range", "latencies outside of 1 ns to 1 h were recorded at the bound", load.clampedSamples(), 0);
        }
        if (target != null && target.acceptPauses() > 0) {
            degraded("target", "the target paused accepting because it ran out of descriptors or memory", target.acceptPauses(),
                    0);
        }
    }

    private void observer() {
        String trouble = record.timeline().observerTrouble();
        if (trouble != null) {
            degraded.add(new Verdict.Reason("observer", trouble, null, null));
        }
    }

    private void conservation() {
        if (record.loadEnd() == null) {
            // Told by workers(): what was still under way then is no second fault.
            return;
        }
        for (Phase phase : List.of(Phase.WARMUP, Phase.MEASURE)) {
            Ledger ledger = record.ledger(phase);
            long ended = ledger.of(Outcome.ESTABLISHED) + ledger.failed();
            long closes = ledger.closes().values().stream().mapToLong(Long::longValue).sum();
            if (ledger.scheduled() != ledger.started() + ledger.of(Outcome.SHED)) {
                invalid("conservation", "arrivals of the " + phase.text() + " are not all started or shed",
                        ledger.scheduled(), ledger.started() + ledger.of(Outcome.SHED));
            }
            if (ledger.started() != ended) {
                invalid("conservation", "started connections of the " + phase.text() + " do not each have one outcome",
                        ledger.started(), ended);
            }
            if (ledger.of(Outcome.ESTABLISHED) != closes) {
                invalid("conservation",
                        "established connections of the " + phase.text() + " do not each have one close outcome",
                        ledger.of(Outcome.ESTABLISHED), closes);
            }
        }
    }

    private void threeBooks() {
        for (String difference : books.differences()) {
            invalid.add(new Verdict.Reason("books", difference, null, null));
        }
    }

    private void anythingMeasured() {
        if (measured.started() == 0 && !record.interrupted()) {
            invalid("load", "not one measured connection was started", 0, 1);
        }
    }

    private void failures() {
        measured.outcomes().forEach((outcome, count) -> {
            if (outcome == Outcome.SHED || planned.has(outcome)) {
                return;
            }
            double share = (double) count / Math.max(1, measured.started());
            String message = count + " of " + measured.started() + " connections ended as " + outcome.text() + ": "
                    + FailureAdvice.of(outcome);
            if (outcome.isLocalShortage() || outcome == Outcome.SELF_CONNECTED || share > INVALID_FAILED_SHARE) {
                invalid(outcome.text(), message, count, 0);
            } else {
                degraded(outcome.text(), message, count, 0);
            }
        });
    }

    private void closeFailures() {
        long established = measured.of(Outcome.ESTABLISHED);
        measured.closes().forEach((outcome, count) -> {
            if (planned.has(outcome)) {
                return;
            }
            String message = count + " of " + established + " established connections ended as " + outcome.text() + ": "
                    + FailureAdvice.of(outcome, measured);
            if ((double) count / Math.max(1, established) > INVALID_FAILED_SHARE) {
                invalid(outcome.text(), message, count, 0);
            } else {
                degraded(outcome.text(), message, count, 0);
            }
        });
    }

    private void shed() {
        long shed = measured.of(Outcome.SHED);
        if (shed > 0 && !planned.has(Outcome.SHED)) {
            degraded("shed", shed + " arrivals were shed because --max-in-flight was reached; they rank as infinitely late",
                    shed, 0);
        }
    }

    private void achievedRate() {
        if (!(record.plan().load().arrival() instanceof ArrivalPlan.OpenLoop) || measured.scheduled() == 0
                || record.interrupted()) {
            return;
        }
        double share = (double) planned.count(measured) / measured.scheduled();
        if (share < INVALID_RATE_SHARE) {
            invalid("achieved-rate", "far fewer connections were established than offered", share, INVALID_RATE_SHARE);
        } else if (share < DEGRADED_RATE_SHARE) {
            degraded("achieved-rate", "fewer connections were established than offered", share, DEGRADED_RATE_SHARE);
        }
    }

    private void scheduleLag() {
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
            degraded("schedule-lag",
                    "connections started late: the generator's own lag (wait p99) is part of what was measured",
                    lagNs, limitNs);
        }
    }

    private void eventLoopDelay() {
        Histogram delay = record.timeline().totals(Phase.MEASURE).get(LatencyKind.EVENT_LOOP_DELAY);
        if (delay == null || delay.getMaxValue() <= LONGEST_LOOP_DELAY_NS) {
            return;
        }
        long late = delay.getCountBetweenValues(LONGEST_LOOP_DELAY_NS, delay.getMaxValue());
        String message = "a client event loop was held up";
        if ((double) late / delay.getTotalCount() > TOLERATED_DELAY_SHARE) {
            invalid("event-loop-delay", message, delay.getMaxValue(), LONGEST_LOOP_DELAY_NS);
        } else {
            degraded("event-loop-delay", message, delay.getMaxValue(), LONGEST_LOOP_DELAY_NS);
        }
    }

    private void timeWaitOverflow() {
        if (allowed.contains("tw_overflow")) {
            return;
        }
        for (Side side : Side.values()) {
            long overflow =
                    record.countersSince(record.timeline().ticks().measurementTick(), side).get("TcpExtTCPTimeWaitOverflow");
            if (overflow > 0) {
                invalid("tw_overflow", "at the " + side.text() + " the kernel made no TIME_WAIT for some closes because"
                        + " tcp_max_tw_buckets was reached, so the TIME_WAIT figures are too low", overflow, 0);
                if (!record.plan().request().readsTwoNamespaces()) {
                    return;
                }
            }
        }
    }

    /** Only a handshake that was completed has a latency. */
    private void eagerMix() {
        long all = measured.of(Outcome.ESTABLISHED);
        long mixed = Math.min(measured.eagerHits(), all - measured.eagerHits());
        if (all > 0 && (double) mixed / all > 0.01) {
            degraded("eager", "connect latencies of two kinds are mixed: some handshakes were complete when connect() returned,"
                    + " others were told by epoll; choose --eager on or off", (double) measured.eagerHits() / all, 1);
        }
    }

    /**
     * A client that closes without a look does not know what lay unread; its kernel does. On the host's network the counter is
     * of everybody, so there it has to stand out.
     */
    private void unreadBytes() {
        if (allowed.contains("unread") || record.plan().load().connection().close() instanceof ClientClose.Unread) {
            return;
        }
        long aborted = record.countersSince(record.timeline().ticks().measurementTick(), Side.CLIENT)
                .get("TcpExtTCPAbortOnClose");
        boolean ours = record.plan().request().environment().topology().isPrivate()
                || aborted > INVALID_FAILED_SHARE * measured.of(Outcome.ESTABLISHED);
        long unread = Math.max(measured.unreadCloses(), ours ? aborted : 0);
        if (unread > 0) {
            degraded("unread", "connections were closed with unread bytes, which makes the close an RST", unread, 0);
        }
    }

    /** Lingering closes that wait for a thread tell how many threads there are, not how long a close takes. */
    private void queuedCloses() {
        ClosersSummary closers = ClosersSummary.of(record, rate.seconds());
        Histogram lingers = record.timeline().totals(Phase.MEASURE).get(LatencyKind.LINGER_CLOSE);
        if (closers == null || closers.queueTime() == null || lingers == null || closers.queueMax() == 0
                || allowed.contains("closers")) {
            return;
        }
        double waitedNs = closers.queueMean() * rate.seconds() * 1e9 / lingers.getTotalCount();
        if (waitedNs > TOLERATED_CLOSER_WAIT * lingers.getMean()) {
            degraded("closers", "closes queued: up to " + closers.queueMax() + " waited for one of " + closers.size()
                    + (closers.size() == 1 ? " closer" : " closers")
                    + ", so these bound the closes per second; raise --closers",
                    closers.queueMean(), 0);
        }
    }

    private void unaccepted() {
        long unaccepted = record.finalCensus(Side.SERVER).unacceptedCloseWait();
        ListenQueue queue = RunTimeline.listenQueue(record.last());
        long waiting = queue == null ? 0 : queue.length();
        if (unaccepted + waiting > 0 && !record.plan().neverAccepts() && !allowed.contains("unaccepted")) {
            degraded("unaccepted", "connections that the client has closed were never accepted by the server",
                    Math.max(unaccepted, waiting), 0);
        }
    }

    private void drain() {
        if (!record.settled() && record.lost() == null && !allowed.contains("unsettled")) {
            degraded.add(new Verdict.Reason("drain",
                    "the drain time was up before every connection had come to rest; final counts are of that moment", null,
                    null));
        }
    }

    private void machine() {
        if (stealFraction > INVALID_STEAL) {
            invalid("steal", "another tenant of the machine took CPU time away", stealFraction, INVALID_STEAL);
        } else if (stealFraction > DEGRADED_STEAL) {
            degraded("steal", "another tenant of the machine took CPU time away", stealFraction, DEGRADED_STEAL);
        }
        double share = ObserverCost.shareOfCore(record);
        if (share > OBSERVER_SHARE && rate.seconds() >= OBSERVER_JUDGED_AFTER_SECONDS) {
            degraded("observer", "watching the run cost more than one percent of a core", share, OBSERVER_SHARE);
        }
    }

    private void invalid(String check, String message, double observed, double limit) {
        invalid.add(new Verdict.Reason(check, message, observed, limit));
    }

    private void degraded(String check, String message, double observed, double limit) {
        degraded.add(new Verdict.Reason(check, message, observed, limit));
    }
}
