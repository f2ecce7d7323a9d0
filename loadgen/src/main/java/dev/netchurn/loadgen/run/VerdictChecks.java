package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.server.ServerBooks;
import java.util.List;
import java.util.Set;

/**
 * Decides whether a run is a valid measurement. Each check looks at one thing that can make the numbers wrong; the worst
 * finding wins, and all are told. Used once, after the run.
 */
final class VerdictChecks {

    static final double DEGRADED_RATE_SHARE = 0.99;
    static final double INVALID_RATE_SHARE = 0.90;
    static final double INVALID_FAILED_SHARE = 0.01;

    private final RunRecord record;
    private final Books books;
    private final double stealFraction;
    private final Set<String> allowed;
    private final PlannedOutcomes planned;
    private final Ledger measured;
    private final Findings findings = new Findings();
    private final TimingChecks timing;
    private final KernelChecks kernel;

    VerdictChecks(RunRecord record, Books books, RateFigures rate, double stealFraction) {
        this.record = record;
        this.books = books;
        timing = new TimingChecks(record, rate, findings);
        kernel = new KernelChecks(record, findings);
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
        timing.scheduleLag();
        timing.eventLoopDelay();
        kernel.timeWaitOverflow();
        timing.eagerMix();
        kernel.unreadBytes();
        timing.queuedCloses();
        kernel.unaccepted();
        drain();
        timing.machine(stealFraction);
        return findings.verdict(record.interrupted());
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
        checks.timing.eventLoopDelay();
        checks.kernel.unreadBytes();
        return checks.findings.reasons();
    }

    private void workers() {
        String lost = record.lost();
        if (lost != null) {
            findings.invalid(new Verdict.Reason("worker", lost, null, null));
        } else if (record.loadEnd() == null || record.plan().target() != null && record.targetEnd() == null) {
            findings.invalid(new Verdict.Reason("worker", "a worker did not tell its final books", null, null));
        }
        LoadReport load = record.lastLoad();
        if (load != null && load.loopErrors() > 0) {
            findings.invalid("event-loop", "netchurn's own code failed on a client event loop", load.loopErrors(), 0);
        }
        ServerBooks target = record.books();
        if (target != null && target.loopErrors() > 0) {
            findings.invalid("event-loop", "netchurn's own code failed on a target event loop", target.loopErrors(), 0);
        }
        if (load != null && load.clampedSamples() > 0) {
            findings.degraded("range", "latencies outside of 1 ns to 1 h were recorded at the bound", load.clampedSamples(), 0);
        }
        if (target != null && target.acceptPauses() > 0) {
            findings.degraded("target", "the target paused accepting because it ran out of descriptors or memory",
                    target.acceptPauses(),
                    0);
        }
    }

    private void observer() {
        String trouble = record.timeline().observerTrouble();
        if (trouble != null) {
            findings.degraded(new Verdict.Reason("observer", trouble, null, null));
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
                findings.invalid("conservation", "arrivals of the " + phase.text() + " are not all started or shed",
                        ledger.scheduled(), ledger.started() + ledger.of(Outcome.SHED));
            }
            if (ledger.started() != ended) {
                findings.invalid("conservation", "started connections of the " + phase.text() + " do not each have one outcome",
                        ledger.started(), ended);
            }
            if (ledger.of(Outcome.ESTABLISHED) != closes) {
                findings.invalid("conservation",
                        "established connections of the " + phase.text() + " do not each have one close outcome",
                        ledger.of(Outcome.ESTABLISHED), closes);
            }
        }
    }

    private void threeBooks() {
        for (String difference : books.differences()) {
            findings.invalid(new Verdict.Reason("books", difference, null, null));
        }
    }

    private void anythingMeasured() {
        if (measured.started() == 0 && !record.interrupted()) {
            findings.invalid("load", "not one measured connection was started", 0, 1);
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
                findings.invalid(outcome.text(), message, count, 0);
            } else {
                findings.degraded(outcome.text(), message, count, 0);
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
                findings.invalid(outcome.text(), message, count, 0);
            } else {
                findings.degraded(outcome.text(), message, count, 0);
            }
        });
    }

    private void shed() {
        long shed = measured.of(Outcome.SHED);
        if (shed > 0 && !planned.has(Outcome.SHED)) {
            findings.degraded("shed",
                    shed + " arrivals were shed because --max-in-flight was reached; they rank as infinitely late",
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
            findings.invalid("achieved-rate", "far fewer connections were established than offered", share, INVALID_RATE_SHARE);
        } else if (share < DEGRADED_RATE_SHARE) {
            findings.degraded("achieved-rate", "fewer connections were established than offered", share, DEGRADED_RATE_SHARE);
        }
    }

    private void drain() {
        if (!record.settled() && record.lost() == null && !allowed.contains("unsettled")) {
            findings.degraded(new Verdict.Reason("drain",
                    "the drain time was up before every connection had come to rest; final counts are of that moment", null,
                    null));
        }
    }
}
