package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.worker.LoadReport;
import org.jspecify.annotations.Nullable;

/**
 * Connections per second over the measurement.
 *
 * @param offeredPerSecond intended by the schedule; null in closed loop
 * @param achievedPerSecond established
 * @param closesPerSecond closed by us, in whatever way; where closes come later than the arrivals, because connections are held
 *     or the server is slow, between the first close and the last
 * @param seconds over which these were counted
 */
record RateFigures(@Nullable Double offeredPerSecond, double achievedPerSecond, double closesPerSecond, double seconds) {

    private static final double NS = 1e9;
    /** Of the measured time: the last close takes a moment in any case. */
    private static final double LATE_SHARE = 0.01;

    static RateFigures of(RunRecord record) {
        Ledger measured = record.ledger(Phase.MEASURE);
        double seconds = seconds(record);
        Double offered = switch (record.plan().load().arrival()) {
            case ArrivalPlan.ClosedLoop _ -> null;
            case ArrivalPlan.OpenLoop _ -> measured.scheduled() / seconds;
        };
        long closes = measured.closes().entrySet().stream()
                .filter(entry -> entry.getKey() != CloseOutcome.STILL_OPEN).mapToLong(java.util.Map.Entry::getValue).sum();
        return new RateFigures(offered, measured.of(Outcome.ESTABLISHED) / seconds,
                closes / closingSeconds(record, measured, seconds), seconds);
    }

    private static double closingSeconds(RunRecord record, Ledger measured, double seconds) {
        long beginNs = record.timeline().ticks().startAtNs() + record.timeline().ticks().warmupNs();
        boolean late = measured.lastCloseNs() > beginNs + (1 + LATE_SHARE) * seconds * NS;
        boolean several = measured.lastCloseNs() > measured.firstCloseNs();
        return late && several ? (measured.lastCloseNs() - measured.firstCloseNs()) / NS : seconds;
    }

    /**
     * The measured time: as planned, or until the last arrival when a count or the user ended it. On an even schedule each
     * counted arrival takes one gap, also the last.
     */
    private static double seconds(RunRecord record) {
        LoadPlan plan = record.plan().load();
        if (plan.measuredConnections() == 0 && !record.interrupted() && record.lost() == null) {
            return plan.measureNs() / NS;
        }
        double gaps = plan.arrival() instanceof ArrivalPlan.OpenLoop open && !open.isRamp()
                && open.spacing() == ArrivalPlan.Spacing.CONSTANT
                        ? record.ledger(Phase.MEASURE).scheduled() / open.fromPerSecond()
                        : 0;
        return Math.max(gaps, secondsToLastArrival(record));
    }

    private static double secondsToLastArrival(RunRecord record) {
        LoadReport load = record.lastLoad();
        long beginNs = record.timeline().ticks().startAtNs() + record.timeline().ticks().warmupNs();
        long endNs = load != null && load.measureEndNs() > 0 ? load.measureEndNs() : record.arrivalsDoneNs();
        return Math.max(1e-6, (endNs - beginNs) / NS);
    }
}
