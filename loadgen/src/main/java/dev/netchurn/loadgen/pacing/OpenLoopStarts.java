package dev.netchurn.loadgen.pacing;

import static java.util.Objects.requireNonNull;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.ArrivalSchedule;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientEngine;
import dev.netchurn.loadgen.connection.EngineVitals;
import dev.netchurn.loadgen.connection.PhaseBook;
import java.util.Map;

/**
 * Open loop: every arrival starts at its intended time or, when the event loop comes late, as soon as it can and with that
 * intended time. While the in-flight limit is reached an arrival that is due is shed, or waits with its intended time.
 * Owned by the event loop.
 */
final class OpenLoopStarts implements Starts {

    private static final int MOST_SHED_PER_TURN = 4096;

    private final ClientEngine engine;
    private final EngineVitals vitals;
    private final NanoClock clock;
    private final Timeline timeline;
    private final int limit;
    private final long measuredArrivals;
    private final LoadPlan.Overload overload;
    private final PhaseBook measureBook;
    private final ArrivalSchedule measureSchedule;
    private PhaseBook book;
    private ArrivalSchedule schedule;
    private boolean measuring;
    /** Number of the next arrival in its phase, and when it is intended; {@link #NEVER} when there is none. */
    private long index = -1;
    private long nextNs;
    private boolean over;
    private long firstMeasuredNs;
    private long lastMeasuredNs;

    OpenLoopStarts(
            ClientEngine engine, NanoClock clock, Timeline timeline, LoopShare share, Map<Phase, PhaseBook> books,
            LoadPlan plan, ArrivalPlan.OpenLoop arrival) {
        this.engine = engine;
        this.vitals = engine.vitals();
        this.clock = clock;
        this.timeline = timeline;
        this.limit = share.inFlightLimit();
        this.measuredArrivals = share.measuredArrivals();
        this.overload = plan.overload();
        this.measureBook = requireNonNull(books.get(Phase.MEASURE));
        this.measureSchedule = ArrivalSchedule.measurement(arrival, plan.measureNs(), share.loop(), share.loops());
        this.book = requireNonNull(books.get(Phase.WARMUP));
        this.schedule = ArrivalSchedule.warmup(arrival, share.loop(), share.loops());
        advance();
    }

    /** Goes on to the next arrival, of the measurement when the warm-up has none left. */
    private void advance() {
        index++;
        if (!measuring) {
            nextNs = timeline.startNs() + schedule.intendedNs(index);
            if (nextNs - timeline.measureStartNs() < 0) {
                return;
            }
            measuring = true;
            engine.freezeEager();
            book = measureBook;
            schedule = measureSchedule;
            index = 0;
        }
        long intendedNs = index < measuredArrivals ? schedule.intendedNs(index) : ArrivalSchedule.NEVER;
        boolean intended = intendedNs < timeline.measureEndNs() - timeline.measureStartNs();
        nextNs = intended ? timeline.measureStartNs() + intendedNs : NEVER;
    }

    @Override
    public void startDue(long nowNs) {
        long now = nowNs;
        int started = 0;
        int shed = 0;
        while (isDue(now) && started < MOST_PER_TURN && shed < MOST_SHED_PER_TURN) {
            if (vitals.inFlight() < limit) {
                start(now);
                started++;
                now = clock.nanoTime();
            } else if (overload == LoadPlan.Overload.SHED) {
                shed();
                shed++;
            } else {
                return;
            }
        }
    }

    private boolean isDue(long nowNs) {
        return nextNs != NEVER && nextNs - nowNs <= 0;
    }

    private void start(long nowNs) {
        if (measuring) {
            firstMeasuredNs = firstMeasuredNs == 0 ? nowNs : firstMeasuredNs;
            lastMeasuredNs = nowNs;
        }
        engine.start(book, nextNs);
        advance();
    }

    private void shed() {
        book.ledger().shed();
        advance();
    }

    @Override
    public long remainingNs(long nowNs) {
        boolean waitsForPlace = overload == LoadPlan.Overload.QUEUE && vitals.inFlight() >= limit;
        return nextNs == NEVER || waitsForPlace ? NEVER : nextNs - nowNs;
    }

    @Override
    public boolean isOver(long nowNs) {
        over |= nextNs == NEVER || nowNs - timeline.measureEndNs() >= 0;
        return over;
    }

    @Override
    public boolean isQueueing(long nowNs) {
        return isDue(nowNs);
    }

    @Override
    public void stop(long nowNs) {
        // Those in the queue were refused a place; without a queue the next one is merely no longer wanted.
        while (overload == LoadPlan.Overload.QUEUE && isDue(nowNs)) {
            shed();
        }
        nextNs = NEVER;
        over = true;
    }

    @Override
    public long firstMeasuredNs() {
        return firstMeasuredNs;
    }

    @Override
    public long lastMeasuredNs() {
        return lastMeasuredNs;
    }
}
