package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.worker.Message;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What watching the run cost, from the CPU clocks of the observers' own threads. */
final class ObserverCost {

    private ObserverCost() {
    }

    /**
     * CPU time of all observers as a share of one core, over the second half of the measurement: before that the observers'
     * own code is still being compiled.
     */
    static double shareOfCore(RunRecord record) {
        List<IntervalPair> all = measured(record);
        List<IntervalPair> pairs = all.subList(all.size() / 2, all.size());
        if (pairs.size() < 2) {
            return 0;
        }
        long elapsedNs = atNs(pairs.getLast()) - atNs(pairs.getFirst());
        return elapsedNs <= 0 ? 0 : (double) usedNs(pairs) / elapsedNs;
    }

    /** CPU time of all observers per interval. */
    static long perIntervalNs(RunRecord record) {
        List<IntervalPair> pairs = measured(record);
        return pairs.size() < 2 ? 0 : usedNs(pairs) / (pairs.size() - 1);
    }

    private static List<IntervalPair> measured(RunRecord record) {
        int first = record.timeline().ticks().measurementTick();
        return record.timeline().pairs().stream().filter(pair -> pair.tick() >= first).toList();
    }

    private static long usedNs(List<IntervalPair> pairs) {
        return used(pairs, IntervalPair::load) + used(pairs, IntervalPair::target);
    }

    private static long used(List<IntervalPair> pairs, Function<IntervalPair, Message.@Nullable Interval> worker) {
        Message.Interval first = worker.apply(pairs.getFirst());
        Message.Interval last = worker.apply(pairs.getLast());
        return first == null || last == null ? 0 : last.observerNs() - first.observerNs();
    }

    private static long atNs(IntervalPair pair) {
        Message.Interval load = pair.load();
        return load == null ? 0 : load.atNs();
    }
}
