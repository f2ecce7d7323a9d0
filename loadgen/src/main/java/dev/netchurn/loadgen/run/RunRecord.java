package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.server.ServerBooks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a run left behind, before it is judged.
 *
 * @param plan what was to be done
 * @param timeline what was reported on the way
 * @param arrivalsDoneNs when the last arrival had been started
 * @param settled whether the drain ended because nothing was under way any more
 * @param interrupted whether the run was cut short
 * @param lost why a worker was lost; null when none was
 * @param loadWalk the load worker's last full reading
 * @param targetWalk the target worker's last full reading
 * @param loadEnd the load worker's last words
 * @param targetEnd the target worker's last words
 */
public record RunRecord(
        RunPlan plan,
        RunTimeline timeline,
        long arrivalsDoneNs,
        boolean settled,
        boolean interrupted,
        @Nullable String lost,
        Message.@Nullable Walked loadWalk,
        Message.@Nullable Walked targetWalk,
        Message.@Nullable Finished loadEnd,
        Message.@Nullable Finished targetEnd) {

    /** A run that still goes on, as far as it was reported. */
    static RunRecord unfinished(RunPlan plan, RunTimeline timeline) {
        return new RunRecord(plan, timeline, 0, false, false, null, null, null, null, null);
    }

    /** The last walks in the form of an interval. */
    static IntervalPair pair(Message.@Nullable Walked load, Message.@Nullable Walked target) {
        return new IntervalPair(Integer.MAX_VALUE, interval(load), interval(target));
    }

    private static Message.@Nullable Interval interval(Message.@Nullable Walked walked) {
        return walked == null || walked.reading() == null
                ? null
                : new Message.Interval(Integer.MAX_VALUE, walked.atNs(), walked.reading(), null, walked.books(),
                        walked.cpuNs(), 0, 0);
    }

    /** The readings after the drain and before the target stopped. */
    public IntervalPair last() {
        return pair(loadWalk, targetWalk);
    }

    /** The census of a side after the drain. */
    public SocketCensus finalCensus(Side side) {
        return last().census(side);
    }

    /** What the counters of a side's namespace did from a tick to the end of the drain. */
    public TcpCounters countersSince(int tick, Side side) {
        IntervalPair first = timeline.at(tick);
        IntervalPair last = last();
        if (first == null || last.reading(side) == null || first.reading(side) == null) {
            return TcpCounters.NONE;
        }
        return last.counters(side).since(first.counters(side));
    }

    /** The newest report of the load. */
    public @Nullable LoadReport lastLoad() {
        if (loadEnd != null && loadEnd.load() != null) {
            return loadEnd.load();
        }
        List<IntervalPair> pairs = timeline.pairs();
        return pairs.isEmpty() || pairs.getLast().load() == null ? null : pairs.getLast().load().load();
    }

    /** The arrivals of a phase. */
    public Ledger ledger(Phase phase) {
        LoadReport report = lastLoad();
        return report == null ? Ledger.EMPTY : report.ledger(phase);
    }

    /** The target's books; null with somebody else's target, or when the worker was lost before it told them. */
    public @Nullable ServerBooks books() {
        if (targetEnd != null) {
            return targetEnd.books();
        }
        IntervalPair latest = timeline.latest();
        return latest == null || latest.target() == null ? null : latest.target().books();
    }
}
