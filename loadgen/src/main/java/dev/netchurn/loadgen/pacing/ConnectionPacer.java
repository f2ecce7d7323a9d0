package dev.netchurn.loadgen.pacing;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.connection.ClientEngine;

/**
 * The turn of one event loop: start the arrivals that are due, let go of what is overdue, then see to the sockets until
 * there is something to do again. Owned by the event loop.
 */
final class ConnectionPacer {

    /**
     * Shorter waits are spent turning. Going to sleep and being woken costs about 5 µs of CPU and, in a virtual machine, makes
     * the next arrival 20 to 40 µs late; turning instead for up to 50 µs cost a sixth of all CPU at 10 000 arrivals per second.
     */
    private static final long SHORTEST_SLEEP_NS = 10_000L;
    private static final long LONGEST_SLEEP_NS = 100_000_000L;

    private final ClientEngine engine;
    private final Starts starts;
    private final RegularTick tick;
    private final NanoClock clock;
    private long overAtNs;

    ConnectionPacer(ClientEngine engine, Starts starts, RegularTick tick, NanoClock clock) {
        this.engine = engine;
        this.starts = starts;
        this.tick = tick;
        this.clock = clock;
    }

    void turn() {
        starts.startDue(clock.nanoTime());
        long nowNs = clock.nanoTime();
        engine.endOverdue(nowNs);
        boolean over = starts.isOver(nowNs);
        if (over && overAtNs == 0) {
            overAtNs = nowNs;
        }
        if (!over) {
            tick.check(nowNs);
        }
        await(nowNs, over);
    }

    private void await(long nowNs, boolean over) {
        long waitNs = Math.min(starts.remainingNs(nowNs), engine.remainingNs(nowNs));
        waitNs = Math.min(waitNs, over ? LONGEST_SLEEP_NS : Math.min(tick.remainingNs(nowNs), LONGEST_SLEEP_NS));
        if (waitNs > SHORTEST_SLEEP_NS) {
            engine.run(waitNs);
        } else if (engine.awaitsEvents()) {
            engine.runNow();
        } else if (waitNs > 0) {
            Thread.onSpinWait();
        }
    }

    /** When the last arrival had been started or the time was up; 0 before. */
    long overAtNs() {
        return overAtNs;
    }

    /** Nothing in flight, and no arrival waits for a place. */
    boolean isIdle(long nowNs) {
        return engine.vitals().inFlight() == 0 && !starts.isQueueing(nowNs);
    }

    void stop() {
        long nowNs = clock.nanoTime();
        starts.stop(nowNs);
        if (overAtNs == 0) {
            overAtNs = nowNs;
        }
    }

    /** No more arrivals; everything that is alive gets its last outcome. */
    void end() {
        stop();
        engine.endAll();
    }
}
