package dev.netchurn.loadgen.pacing;

import static java.util.Objects.requireNonNull;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientEngine;
import dev.netchurn.loadgen.connection.EngineVitals;
import dev.netchurn.loadgen.connection.PhaseBook;
import java.util.Map;

/** Closed loop: a connection starts whenever fewer than the limit are in flight. Owned by the event loop. */
final class ClosedLoopStarts implements Starts {

    private final ClientEngine engine;
    private final EngineVitals vitals;
    private final NanoClock clock;
    private final Timeline timeline;
    private final int limit;
    private final PhaseBook warmupBook;
    private final PhaseBook measureBook;
    private final Backoff backoff = new Backoff();
    private long knownShortages;
    private long knownAnswers;
    private long measuredLeft;
    private boolean measuring;
    private boolean over;
    private long firstMeasuredNs;
    private long lastMeasuredNs;

    ClosedLoopStarts(
            ClientEngine engine, NanoClock clock, Timeline timeline, LoopShare share, Map<Phase, PhaseBook> books) {
        this.engine = engine;
        this.vitals = engine.vitals();
        this.clock = clock;
        this.timeline = timeline;
        this.limit = share.inFlightLimit();
        this.measuredLeft = share.measuredArrivals();
        this.warmupBook = requireNonNull(books.get(Phase.WARMUP));
        this.measureBook = requireNonNull(books.get(Phase.MEASURE));
    }

    @Override
    public void startDue(long nowNs) {
        long now = nowNs;
        learn(now);
        for (int started = 0; started < MOST_PER_TURN && remainingNs(now) <= 0; started++) {
            if (isMeasured(now)) {
                startMeasured(now);
            } else {
                engine.start(warmupBook, now);
            }
            now = clock.nanoTime();
            learn(now);
        }
    }

    /** An engine may learn of a shortage at once or, from its events, only after the start. */
    private void learn(long nowNs) {
        if (vitals.shortages() != knownShortages) {
            knownShortages = vitals.shortages();
            backoff.shortage(nowNs);
        } else if (vitals.answers() != knownAnswers) {
            knownAnswers = vitals.answers();
            backoff.success();
        }
    }

    private boolean isMeasured(long nowNs) {
        if (!measuring && nowNs - timeline.measureStartNs() >= 0) {
            measuring = true;
            engine.freezeEager();
        }
        return measuring;
    }

    private void startMeasured(long nowNs) {
        measuredLeft--;
        if (firstMeasuredNs == 0) {
            firstMeasuredNs = nowNs;
        }
        lastMeasuredNs = nowNs;
        engine.start(measureBook, nowNs);
    }

    @Override
    public long remainingNs(long nowNs) {
        if (isOver(nowNs) || vitals.inFlight() >= limit) {
            return NEVER;
        }
        return Math.max(timeline.startNs() - nowNs, backoff.remainingNs(nowNs));
    }

    @Override
    public boolean isOver(long nowNs) {
        over |= measuredLeft == 0 || nowNs - timeline.measureEndNs() >= 0;
        return over;
    }

    @Override
    public boolean isQueueing(long nowNs) {
        return false;
    }

    @Override
    public void stop(long nowNs) {
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
