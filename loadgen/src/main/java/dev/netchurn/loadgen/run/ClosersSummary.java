package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.worker.LoadReport;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The executor that made the lingering closes of the measurement, and how they waited for it.
 *
 * @param executor who closed, such as {@code netchurn closers}
 * @param size its threads
 * @param queueMean closes that waited while every thread was busy, mean over time
 * @param queueMax the most of them at a time; 0 when a thread was always free
 * @param queueTime from the hand-over to the begin of close(2); null when nothing was closed, and with Netty's executor, which
 *     does not tell: there lingerClose contains the wait
 * @param ranOut closes whose linger time was up before our FIN was acknowledged; the kernel goes on without them; 0 with
 *     Netty's executor, which does not tell
 */
public record ClosersSummary(
        String executor, int size, double queueMean, long queueMax, @Nullable LatencySummary queueTime, long ranOut) {

    /** A sleep in the kernel may end a timer tick early; the coarsest kernel has 100 in a second. */
    private static final long TICK_NS = 10_000_000L;

    /** Of a finished run; null where no close lingered. */
    static @Nullable ClosersSummary of(RunRecord record, double seconds) {
        LoadReport load = record.lastLoad();
        CloserReading closers = load == null ? null : load.closers();
        if (closers == null || !(record.plan().load().connection().close() instanceof ClientClose.Linger linger)) {
            return null;
        }
        Map<LatencyKind, Histogram> totals = record.timeline().totals(Phase.MEASURE);
        Histogram queued = totals.get(LatencyKind.CLOSER_QUEUE);
        double queuedNs = queued == null ? 0 : queued.getMean() * queued.getTotalCount();
        // A free thread takes a moment to wake up, which is queue time but no queue.
        long queueMax = record.timeline().closerQueueMax();
        double queueMean = queued == null
                ? inside(totals.get(LatencyKind.LINGER_CLOSE), seconds) - closers.size()
                : queuedNs / (seconds * 1e9);
        return new ClosersSummary(closers.executor(), closers.size(), Math.clamp(queueMean, 0, queueMax), queueMax,
                queued == null ? null : LatencySummary.of(queued),
                queued == null ? 0 : ranOut(totals.get(LatencyKind.LINGER_CLOSE), linger.seconds()));
    }

    /** Closes that were queued or under way, mean over time (Little's law). */
    private static double inside(@Nullable Histogram lingers, double seconds) {
        return lingers == null ? 0 : lingers.getMean() * lingers.getTotalCount() / (seconds * 1e9);
    }

    private static long ranOut(@Nullable Histogram lingers, int seconds) {
        long timeUpNs = seconds * 1_000_000_000L - TICK_NS;
        return lingers == null || lingers.getMaxValue() < timeUpNs
                ? 0
                : lingers.getCountBetweenValues(timeUpNs, lingers.getMaxValue());
    }
}
