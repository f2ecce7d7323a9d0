package dev.netchurn.loadgen.pacing;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.ThisProcess;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientEngine;
import dev.netchurn.loadgen.connection.LingerExecutor;
import dev.netchurn.loadgen.connection.EnginePlan;
import dev.netchurn.loadgen.connection.EngineVitals;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.PhaseBook;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with its thread, and what others may ask of it. They only leave a wish in a volatile field; the loop looks
 * at it once per turn and answers with an immutable reading, so the hot path has no lock and shares no counter.
 */
final class LoadLoop implements Runnable {

    private enum Wish {
        RUN, STOP, END
    }

    private static final long POLL_NS = 50_000L;

    private final LoadPlan plan;
    private final NanoClock clock;
    private final Timeline timeline;
    private final LoopShare share;
    private final Map<Phase, PhaseBook> books;
    private final @Nullable LingerExecutor lingers;
    private final Thread thread;
    private final CountDownLatch ready = new CountDownLatch(1);

    private volatile Wish wish = Wish.RUN;
    private volatile long requested;
    private volatile LoopReading reading;
    private volatile @Nullable ClientEngine wakeable;
    private volatile int threadId;
    private volatile boolean over;
    private volatile boolean idle = true;
    private volatile @Nullable Throwable firstError;
    private long errors;

    LoadLoop(
            LoadPlan plan, NanoClock clock, Timeline timeline, LoopShare share, Map<Phase, PhaseBook> books,
            @Nullable LingerExecutor lingers) {
        this.plan = plan;
        this.clock = clock;
        this.timeline = timeline;
        this.share = share;
        this.books = books;
        this.lingers = lingers;
        this.reading = new LoopReading(0, clock.nanoTime(), ledgers(), 0, 0, 0, 0, 0, 0, 0);
        this.thread = Thread.ofPlatform().name("netchurn-client-" + share.loop()).daemon().unstarted(this);
    }

    /** Starts the thread and waits until it can start connections. */
    void start() throws InterruptedException {
        thread.start();
        ready.await();
    }

    @Override
    public void run() {
        try (ClientEngine engine = ClientEngine.open(enginePlan(), clock, book(Phase.WARMUP), lingers)) {
            wakeable = engine;
            engine.vitals().askForExactWakeups();
            threadId = ThisProcess.threadId();
            Starts starts = starts(engine);
            RegularTick tick = new RegularTick(book(Phase.MEASURE).latencies(), timeline.measureStartNs());
            ConnectionPacer pacer = new ConnectionPacer(engine, starts, tick, clock);
            ready.countDown();
            turnUntilEnd(engine.vitals(), starts, pacer);
        } catch (RuntimeException | Error e) {
            error(e);
        } finally {
            wakeable = null;
            over = true;
            ready.countDown();
        }
    }

    private EnginePlan enginePlan() {
        return new EnginePlan(plan.engine(), plan.connection(), plan.targets(), plan.source(),
                plan.arrival() instanceof ArrivalPlan.OpenLoop,
                share.inFlightLimit(), share.loop(), share.loops());
    }

    private Starts starts(ClientEngine engine) {
        return switch (plan.arrival()) {
            case ArrivalPlan.ClosedLoop _ -> new ClosedLoopStarts(engine, clock, timeline, share, books);
            case ArrivalPlan.OpenLoop open ->
                    new OpenLoopStarts(engine, clock, timeline, share, books, plan, open);
        };
    }

    private void turnUntilEnd(EngineVitals vitals, Starts starts, ConnectionPacer pacer) {
        while (wish != Wish.END) {
            try {
                if (wish == Wish.STOP) {
                    pacer.stop();
                }
                pacer.turn();
                tellState(pacer);
                if (requested != reading.request()) {
                    reading = read(vitals, starts, pacer);
                }
            } catch (RuntimeException | Error e) {
                error(e);
            }
        }
        pacer.end();
        tellState(pacer);
        reading = read(vitals, starts, pacer);
    }

    /** Idle before over: whoever sees that arrivals are over sees what is in flight then. */
    private void tellState(ConnectionPacer pacer) {
        boolean idleNow = pacer.isIdle(clock.nanoTime());
        if (idleNow != idle) {
            idle = idleNow;
        }
        if (pacer.overAtNs() != 0 && !over) {
            over = true;
        }
    }

    private LoopReading read(EngineVitals vitals, Starts starts, ConnectionPacer pacer) {
        if (firstError == null) {
            firstError = vitals.firstFault();
        }
        return new LoopReading(
                requested, clock.nanoTime(), ledgers(), vitals.inFlightIntegral(), vitals.takeMostInFlight(),
                vitals.threadCpuNs(), errors + vitals.faults(), starts.firstMeasuredNs(),
                starts.lastMeasuredNs(), pacer.overAtNs());
    }

    private Map<Phase, Ledger> ledgers() {
        Map<Phase, Ledger> ledgers = new EnumMap<>(Phase.class);
        books.forEach((phase, book) -> ledgers.put(phase, book.ledger().read()));
        return ledgers;
    }

    private PhaseBook book(Phase phase) {
        PhaseBook book = books.get(phase);
        if (book == null) {
            throw new IllegalArgumentException("no book for " + phase);
        }
        return book;
    }

    private void error(Throwable e) {
        errors++;
        if (firstError == null) {
            firstError = e;
        }
    }

    /** Asks for a new reading, which {@link #awaitReading} returns. */
    void requestReading() {
        requested++;
        wakeup();
    }

    /** The reading that was requested last or, when the loop does not get to it in time, the one before. */
    LoopReading awaitReading(long atMostNs) {
        long untilNs = clock.nanoTime() + atMostNs;
        while (reading.request() != requested && thread.isAlive() && clock.nanoTime() - untilNs < 0) {
            LockSupport.parkNanos(POLL_NS);
        }
        return reading;
    }

    void stop() {
        if (wish == Wish.RUN) {
            wish = Wish.STOP;
        }
        wakeup();
    }

    /** Ends everything and waits for the thread. False when it does not end in time. */
    boolean end(long atMostNs) throws InterruptedException {
        wish = Wish.END;
        wakeup();
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(atMostNs)));
        return !thread.isAlive();
    }

    private void wakeup() {
        ClientEngine sleeping = wakeable;
        if (sleeping != null) {
            sleeping.wakeup();
        }
    }

    /** The kernel's number of the thread, once it has started. */
    int threadId() {
        return threadId;
    }

    LoopReading reading() {
        return reading;
    }

    boolean isOver() {
        return over;
    }

    boolean isIdle() {
        return idle;
    }

    @Nullable Throwable firstError() {
        return firstError;
    }
}
