package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Message;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one worker's process was charged.
 *
 * @param nsPerConnection from the start of the measurement to the end of the drain, as connections end in the drain as well;
 *     null when it was not observed, or nothing was established
 * @param cores kept busy on average between two readings: while connections started where ticks fell into that time, else up
 *     to the end of the drain; null when it was not observed
 */
record CpuFigures(@Nullable Double nsPerConnection, @Nullable Double cores) {

    static final CpuFigures UNKNOWN = new CpuFigures(null, null);

    /**
     * @param worker picks whose reports they are
     * @param walk that worker's last one
     */
    static CpuFigures of(RunRecord record, Function<IntervalPair, Message.@Nullable Interval> worker,
            Message.@Nullable Walked walk) {
        IntervalPair begin = record.timeline().at(record.timeline().ticks().measurementTick());
        Message.Interval first = begin == null ? null : worker.apply(begin);
        if (begin == null || first == null || walk == null || walk.atNs() <= first.atNs()) {
            return UNKNOWN;
        }
        long usedNs = walk.cpuNs() - first.cpuNs();
        long connections = establishedAfter(begin, record);
        Message.Interval last = lastWhileStarting(record, worker);
        double cores = last != null && last.tick() > first.tick()
                ? (double) (last.cpuNs() - first.cpuNs()) / (last.atNs() - first.atNs())
                : (double) usedNs / (walk.atNs() - first.atNs());
        return new CpuFigures(connections <= 0 ? null : (double) usedNs / connections, cores);
    }

    /** The reading that the CPU time counts from may be late, when a worker skipped ticks. */
    private static long establishedAfter(IntervalPair begin, RunRecord record) {
        LoadReport load = begin.load() == null ? null : begin.load().load();
        long before = load == null ? 0 : load.ledger(Phase.MEASURE).of(Outcome.ESTABLISHED);
        return record.ledger(Phase.MEASURE).of(Outcome.ESTABLISHED) - before;
    }

    /** Of the ticks that were due before the arrivals ended, the last. */
    private static Message.@Nullable Interval lastWhileStarting(RunRecord record,
            Function<IntervalPair, Message.@Nullable Interval> worker) {
        List<IntervalPair> pairs = record.timeline().pairs();
        for (IntervalPair pair : pairs.reversed()) {
            if (record.timeline().ticks().dueNs(pair.tick()) <= record.arrivalsDoneNs()) {
                return worker.apply(pair);
            }
        }
        return null;
    }
}
