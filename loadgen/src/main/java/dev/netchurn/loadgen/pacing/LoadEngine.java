package dev.netchurn.loadgen.pacing;

import static java.util.Objects.requireNonNull;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.Closers;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.connection.EstablishedSamples;
import dev.netchurn.loadgen.connection.LingerExecutor;
import dev.netchurn.loadgen.connection.LoopLedger;
import dev.netchurn.loadgen.connection.NettyLingerExecutor;
import dev.netchurn.loadgen.connection.PhaseBook;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one load plan: event loops that start and end connections, and snapshots of what they did.
 *
 * <p>In order: {@link #prewarm}, {@link #start}, {@link #snapshot} once per interval until {@link #arrivalsDone} and then
 * {@link #idle} or the drain is over, {@link #closeAll}, one last and exact {@link #snapshot}, {@link #close}. One thread
 * does all this; {@link #stop} may come from another.
 */
public final class LoadEngine implements AutoCloseable {

    private static final long SNAPSHOT_WAIT_NS = 50_000_000L;
    private static final long END_WAIT_NS = 10_000_000_000L;
    private static final int SAMPLES_PER_INTERVAL = 256;
    private static final int LEAST_SAMPLES_PER_LOOP = 16;
    private static final List<Phase> BOOKED = List.of(Phase.WARMUP, Phase.MEASURE);

    private final LoadPlan plan;
    private final NanoClock clock;
    private final Map<Phase, List<LatencyRecorder>> recorders = new EnumMap<>(Phase.class);
    private final List<Map<Phase, PhaseBook>> books = new ArrayList<>();
    private final List<EstablishedSamples> established = new ArrayList<>();
    private volatile List<LoadLoop> loops = List.of();
    private @Nullable SnapshotMaker snapshots;
    private @Nullable LingerExecutor lingers;
    private boolean ended;

    /** Makes room for what will be recorded; nothing is started yet. */
    public LoadEngine(LoadPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
        BOOKED.forEach(phase -> recorders.put(phase, new ArrayList<>()));
        for (int loop = 0; loop < plan.loopsUsed(); loop++) {
            books.add(newBooks(kinds(plan)));
        }
    }

    private Map<Phase, PhaseBook> newBooks(Set<LatencyKind> kinds) {
        Map<Phase, PhaseBook> made = new EnumMap<>(Phase.class);
        for (Phase phase : BOOKED) {
            LatencyRecorder latencies = new LatencyRecorder(kinds);
            requireNonNull(recorders.get(phase)).add(latencies);
            made.put(phase, new PhaseBook(new LoopLedger(), latencies, phase == Phase.MEASURE ? newSamples() : null));
        }
        return made;
    }

    private EstablishedSamples newSamples() {
        EstablishedSamples samples = new EstablishedSamples(
                plan.targets(), Math.max(LEAST_SAMPLES_PER_LOOP, SAMPLES_PER_INTERVAL / plan.loopsUsed()));
        established.add(samples);
        return samples;
    }

    /** The latencies that connections of this plan can have. */
    private static Set<LatencyKind> kinds(LoadPlan plan) {
        Set<LatencyKind> kinds = EnumSet.of(
                LatencyKind.CONNECT, LatencyKind.KERNEL_RTT, LatencyKind.EVENT_LOOP_DELAY);
        if (plan.arrival() instanceof ArrivalPlan.OpenLoop) {
            kinds.add(LatencyKind.WAIT);
            kinds.add(LatencyKind.CONNECT_FROM_INTENDED);
        }
        if (plan.connection().close().hearsFromServer() || plan.connection().exchange().isAnswered()) {
            kinds.add(LatencyKind.RESPONSE);
        }
        kinds.addAll(closeKinds(plan.connection().close()));
        return kinds;
    }

    private static Set<LatencyKind> closeKinds(ClientClose close) {
        return switch (close) {
            case ClientClose.Graceful _ -> EnumSet.of(LatencyKind.CLOSE_CALL, LatencyKind.CLOSE_HANDSHAKE);
            case ClientClose.Peer _ -> EnumSet.of(LatencyKind.CLOSE_CALL, LatencyKind.PEER_CLOSE);
            case ClientClose.Linger _ -> EnumSet.of(LatencyKind.LINGER_CLOSE, LatencyKind.CLOSER_QUEUE);
            case ClientClose.Unread _ -> EnumSet.of(LatencyKind.CLOSE_CALL, LatencyKind.RESPONSE);
            case ClientClose.Fin _, ClientClose.Rst _, ClientClose.Never _ -> EnumSet.of(LatencyKind.CLOSE_CALL);
        };
    }

    /**
     * Lets the JVM compile the path of a connection, so that the run does not begin cold: connections to a listener of this
     * process on 127.0.0.1, all ended with RST, in no ledger, and without any socket left.
     *
     * @return how many connections it made; 0 where 127.0.0.1 cannot be used
     */
    public long prewarm(Duration atMost) {
        return new Prewarming(plan, clock).run(atMost.toNanos());
    }

    /**
     * Starts the event loops.
     *
     * @param t0Ns when the warm-up begins, on the clock of this engine; an instant that has passed makes arrivals late
     * @throws IllegalStateException when an event loop cannot be set up, with its cause
     */
    public void start(long t0Ns) {
        if (!loops.isEmpty()) {
            throw new IllegalStateException("a load starts once");
        }
        Timeline timeline = Timeline.of(plan, t0Ns);
        lingers = newLingerExecutor();
        List<LoadLoop> made = new ArrayList<>();
        for (int loop = 0; loop < books.size(); loop++) {
            made.add(new LoadLoop(plan, clock, timeline, LoopShare.of(plan, loop), books.get(loop), lingers));
        }
        loops = List.copyOf(made);
        snapshots = new SnapshotMaker(loops, recorders, timeline, clock, lingers);
        try {
            for (LoadLoop loop : made) {
                loop.start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Throwable error = firstError();
        if (error != null) {
            throw new IllegalStateException("an event loop could not be set up: " + error.getMessage(), error);
        }
    }

    private @Nullable LingerExecutor newLingerExecutor() {
        if (!(plan.connection().close() instanceof ClientClose.Linger linger)) {
            return null;
        }
        return switch (plan.engine()) {
            case EPOLL, IO_URING -> {
                // More closers than connections in flight would have nothing to do.
                int mostInFlight = plan.maxInFlight();
                yield new Closers(Math.min(plan.connection().closers(), mostInFlight), linger.seconds(), mostInFlight, clock);
            }
            case CHANNEL -> new NettyLingerExecutor();
        };
    }

    /** No more arrivals; the drain begins. Any thread. */
    public void stop() {
        loops.forEach(LoadLoop::stop);
    }

    /** What happened so far. Waits at most about 50 ms for an event loop that is busy, and then takes its previous reading. */
    public LoadSnapshot snapshot() {
        SnapshotMaker maker = snapshots;
        if (maker == null) {
            throw new IllegalStateException("the load was not started yet");
        }
        return maker.make(ended ? 0 : SNAPSHOT_WAIT_NS);
    }

    /** Connections of the measurement that were sampled and not yet handed out; about 256 of the newest are kept. */
    public List<EstablishedSample> takeEstablished() {
        return established.stream().flatMap(samples -> samples.take().stream()).toList();
    }

    /** The kernel's numbers of the event loops' threads, since the start. Any thread. */
    public Set<Integer> eventLoopThreads() {
        return loops.stream().map(LoadLoop::threadId).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the last arrival was intended; false before the start. Any thread. */
    public boolean arrivalsDone() {
        for (LoadLoop loop : loops) {
            if (!loop.isOver()) {
                return false;
            }
        }
        return !loops.isEmpty();
    }

    /** Whether nothing is in flight and no arrival waits for a place. Any thread. */
    public boolean idle() {
        return loops.stream().allMatch(LoadLoop::isIdle);
    }

    /** The first fault of our own on an event loop, to say what it was; null when there was none. Any thread. */
    public @Nullable Throwable firstError() {
        for (LoadLoop loop : loops) {
            if (loop.firstError() != null) {
                return loop.firstError();
            }
        }
        return null;
    }

    /**
     * Ends the event loops: what is still connecting is abandoned, what is open is closed and counted as still open. After
     * it {@link #snapshot} is exact and no longer changes.
     *
     * @throws IllegalStateException when an event loop does not end
     */
    public void closeAll() {
        if (ended) {
            return;
        }
        ended = true;
        boolean allEnded = true;
        try {
            for (LoadLoop loop : loops) {
                allEnded &= loop.end(END_WAIT_NS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (lingers != null) {
            lingers.close();
        }
        if (!allEnded) {
            throw new IllegalStateException("an event loop did not end");
        }
    }

    /** As {@link #closeAll}. */
    @Override
    public void close() {
        closeAll();
    }
}
