package dev.netchurn.loadgen.run;

import static java.util.Objects.requireNonNull;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;
import dev.netchurn.loadgen.worker.Command;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.Ticks;
import dev.netchurn.loadgen.worker.WorkerLink;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run, from the start signal to the last book: warm-up, measurement, drain. Used once, on the controller's main thread.
 */
final class ChurnRun {

    private static final Duration START_IN = Duration.ofMillis(150);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration BETWEEN_WALKS = Duration.ofMillis(100);
    private static final Duration ANSWER = Workers.ANSWER;
    private static final Duration LAST_ACCEPTS = Duration.ofSeconds(1);
    private static final Duration ACCEPTS_POLL = Duration.ofMillis(2);
    private static final long INTERRUPTED_DRAIN_NS = Duration.ofSeconds(2).toNanos();

    private final RunPlan plan;
    private final Workers workers;
    private final WorkerLink load;
    private final @Nullable WorkerLink target;
    private final EventLoopReserve reserve;
    private final NanoClock clock;
    private final BooleanSupplier interrupted;
    private final RunListener listener;
    private final Ticks ticks;
    private final RunTimeline timeline;
    private final AcceptMatching accepts;

    private long arrivalsDoneNs;
    private long reportedUntilNs;
    private @Nullable String lost;
    private Message.@Nullable Walked loadWalk;
    private Message.@Nullable Walked targetWalk;
    private Message.@Nullable Finished loadEnd;
    private Message.@Nullable Finished targetEnd;

    /**
     * Takes the baselines of both workers, and sets the start after them.
     *
     * @throws RunRefused when a worker does not give its baseline
     */
    ChurnRun(RunPlan plan, Workers workers, EventLoopReserve reserve, NanoClock clock, BooleanSupplier interrupted,
            RunListener listener)
            throws RunRefused, InterruptedException {
        this.plan = plan;
        this.workers = workers;
        this.load = workers.load();
        this.target = workers.target();
        this.reserve = reserve;
        this.clock = clock;
        this.interrupted = interrupted;
        this.listener = listener;
        Message.Interval loadBaseline = Workers.baseline(load);
        Message.Interval targetBaseline = target == null ? null : Workers.baseline(target);
        ticks = new Ticks(clock.nanoTime() + START_IN.toNanos(), plan.load().warmupNs(), plan.load().intervalNs());
        timeline = new RunTimeline(ticks, target != null);
        reportedUntilNs = ticks.startAtNs();
        accepts = new AcceptMatching(command -> requireNonNull(target).send(command));
        timeline.addLoad(loadBaseline);
        if (targetBaseline != null) {
            timeline.addTarget(targetBaseline);
        }
    }

    /** Runs to the end, however it comes, and returns all that was learnt. */
    RunRecord run() throws InterruptedException {
        workers.send(new Command.Go(ticks.startAtNs(), ticks.warmupNs(), ticks.intervalNs(), reserve.othersOn()));
        listener.started(plan, ticks);
        tell(timeline.pairs());
        arrive();
        listener.draining();
        boolean settled = drain();
        askForTheLastAccepts();
        finish();
        if (target != null) {
            timeline.observerTrouble(target.trouble());
        }
        RunRecord record = new RunRecord(plan, timeline, arrivalsDoneNs, settled, interrupted.getAsBoolean(), lost, loadWalk,
                targetWalk, loadEnd, targetEnd);
        listener.ended(record);
        return record;
    }

    private void arrive() throws InterruptedException {
        long patienceNs = plan.load().warmupNs() + plan.load().measureNs() + ANSWER.toNanos();
        boolean told = false;
        while (arrivalsDoneNs == 0 && lost == null) {
            hear(POLL);
            reserve.keep(ticks, clock.nanoTime());
            if (interrupted.getAsBoolean() && !told) {
                told = true;
                load.send(new Command.StopArrivals());
            }
            if (clock.nanoTime() - ticks.startAtNs() > patienceNs) {
                lost = "the load worker did not end its arrivals in time";
            }
        }
        if (arrivalsDoneNs == 0) {
            arrivalsDoneNs = clock.nanoTime();
        }
    }

    /** Waits until two full walks in a row find nothing under way, or the drain time is up. */
    private boolean drain() throws InterruptedException {
        int quietWalks = 0;
        while (lost == null) {
            walk();
            quietWalks = isQuiet() ? quietWalks + 1 : 0;
            if (quietWalks == 2) {
                return true;
            }
            if (clock.nanoTime() - arrivalsDoneNs > allowedDrainNs()) {
                breakOff();
                return false;
            }
            listenFor(BETWEEN_WALKS);
        }
        return false;
    }

    /** The user may lose patience at any time of the drain. */
    private long allowedDrainNs() {
        long plannedNs = plan.load().drainNs();
        return interrupted.getAsBoolean() ? Math.min(INTERRUPTED_DRAIN_NS, plannedNs) : plannedNs;
    }

    /** Arrivals may still wait for a place; once none can start any more, the books are read a last time. */
    private void breakOff() throws InterruptedException {
        load.send(new Command.StopArrivals());
        listenFor(BETWEEN_WALKS);
        walk();
    }

    private void listenFor(Duration time) throws InterruptedException {
        long untilNs = clock.nanoTime() + time.toNanos();
        while (clock.nanoTime() < untilNs && lost == null) {
            hear(POLL);
        }
    }

    private void walk() throws InterruptedException {
        loadWalk = null;
        targetWalk = null;
        workers.send(new Command.Walk());
        long giveUpNs = clock.nanoTime() + ANSWER.toNanos();
        while ((loadWalk == null || target != null && targetWalk == null) && lost == null) {
            hear(POLL);
            if (clock.nanoTime() > giveUpNs) {
                lost = "a worker did not answer during the drain";
            }
        }
        timeline.observe(walkPair());
    }

    private boolean isQuiet() {
        IntervalPair walk = walkPair();
        ListenQueue queue = RunTimeline.listenQueue(walk);
        return loadWalk != null && loadWalk.idle()
                && walk.census(Side.CLIENT).isSettled() && walk.census(Side.SERVER).isSettled()
                && (queue == null || queue.length() == 0 || plan.neverAccepts());
    }

    private IntervalPair walkPair() {
        return RunRecord.pair(loadWalk, targetWalk);
    }

    private void finish() throws InterruptedException {
        workers.send(new Command.Finish());
        long giveUpNs = clock.nanoTime() + ANSWER.toNanos();
        while ((loadEnd == null || target != null && targetEnd == null) && clock.nanoTime() < giveUpNs) {
            if (!load.isAlive() && loadEnd == null && lost != null) {
                return;
            }
            hear(POLL);
        }
    }

    /** Takes the messages that are there, waiting a moment for the first. */
    private void hear(Duration atMost) throws InterruptedException {
        Message fromLoad = load.next(atMost);
        while (fromLoad != null) {
            fromLoad(fromLoad);
            fromLoad = load.next(Duration.ZERO);
        }
        Message fromTarget = target == null ? null : target.next(Duration.ZERO);
        while (fromTarget != null) {
            fromTarget(fromTarget);
            fromTarget = requireNonNull(target).next(Duration.ZERO);
        }
    }

    private void fromLoad(Message message) {
        switch (message) {
            case Message.Interval interval -> {
                LoadReport report = interval.load();
                if (report != null) {
                    askForAccepts(report.established());
                }
                List<IntervalPair> completed = timeline.addLoad(interval);
                if (report != null) {
                    reported(report, interval.atNs());
                }
                tell(completed);
            }
            case Message.ArrivalsDone done -> arrivalsDoneNs = done.atNs();
            case Message.Walked walked -> {
                loadWalk = walked;
                askForAccepts(walked.established());
            }
            case Message.Finished finished -> {
                loadEnd = finished;
                LoadReport rest = finished.load();
                if (rest != null) {
                    timeline.addRest(rest, clock.nanoTime());
                    reported(rest, clock.nanoTime());
                }
            }
            case Message.Failed failed -> lose(failed, loadEnd != null);
            case Message.Hello _, Message.NamespaceReady _, Message.Warm _, Message.Ready _, Message.AcceptsMatched _ ->
                    unexpected("load", message);
        }
    }

    private void fromTarget(Message message) {
        switch (message) {
            case Message.Interval interval -> tell(timeline.addTarget(interval));
            case Message.AcceptsMatched matched -> {
                accepts.answered(matched);
                Histogram waits = LatencyRecorder.newHistogram();
                matched.waitsNs().forEach(waitNs -> waits.recordValue(Math.clamp(waitNs, 1, waits.getHighestTrackableValue())));
                timeline.add(LatencyKind.ACCEPT_QUEUE, waits);
                listener.acceptQueue(waits);
            }
            case Message.Walked walked -> targetWalk = walked;
            case Message.Finished finished -> targetEnd = finished;
            case Message.Failed failed -> lose(failed, targetEnd != null);
            case Message.Hello _, Message.NamespaceReady _, Message.Warm _, Message.Ready _, Message.ArrivalsDone _ ->
                    unexpected("target", message);
        }
    }

    private void askForAccepts(List<EstablishedSample> samples) {
        if (target != null) {
            accepts.ask(samples);
        }
    }

    /** Asks a last time for what was open; a connection that was not accepted by now has no such latency. */
    private void askForTheLastAccepts() throws InterruptedException {
        long giveUpNs = clock.nanoTime() + LAST_ACCEPTS.toNanos();
        awaitAccepts(giveUpNs);
        askForAccepts(List.of());
        awaitAccepts(giveUpNs);
    }

    private void awaitAccepts(long giveUpNs) throws InterruptedException {
        while (accepts.isAsked() && lost == null && clock.nanoTime() - giveUpNs < 0) {
            hear(ACCEPTS_POLL);
        }
    }

    private void reported(LoadReport report, long atNs) {
        listener.reported(timeline, reportedUntilNs, atNs, report);
        reportedUntilNs = atNs;
    }

    private void tell(List<IntervalPair> completed) {
        completed.forEach(pair -> listener.interval(timeline, pair));
    }

    private void lose(Message.Failed failed, boolean wasDone) {
        if (!wasDone && lost == null) {
            lost = failed.sentence();
        }
    }

    private void unexpected(String worker, Message message) {
        lost = "the " + worker + " worker sent " + message.getClass().getSimpleName() + " out of turn";
    }
}
