package dev.netchurn.loadgen.connection;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.EpollLoop;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one event loop, and what they share: system calls, buffers, the queues they wait in. Connections that
 * have ended are used again, so a steady state allocates nothing.
 *
 * <p>Owned by the thread of the event loop, which must also construct and close it.
 */
public final class Connections implements AutoCloseable {

    /** After so many events of one kind the event loop goes on with something else. */
    private static final int MOST_EXPIRED_PER_TURN = 64;
    static final int MOST_PIECES_PER_TURN = 16;

    final ConnectionPlan plan;
    final SocketSetUp setUp;
    final EpollLoop epoll;
    final Syscalls syscalls = new Syscalls();
    final ExchangeBuffers buffers;
    final HandshakeProbe probe;
    final EagerConnect eager;
    final InFlight inFlight;
    final boolean openLoop;
    final TimeoutQueue connecting;
    final TimeoutQueue exchanging;
    final TimeoutQueue holding;
    final TimeoutQueue closing;
    final TimeoutQueue leftOpen = new TimeoutQueue(TimeoutQueue.NEVER);

    private final Arena arena = Arena.ofConfined();
    private final NanoClock clock;
    private final Routes routes;
    private final PhaseBook anyBook;
    private @Nullable Connection pool;
    private boolean shortage;
    private long faults;
    private @Nullable Throwable firstFault;

    /**
     * @param anyBook a book to begin with; every connection is given its own
     * @param openLoop whether arrivals have an intended start of their own
     * @param loop 0 to {@code loops − 1}
     */
    public Connections(
            ConnectionPlan plan, List<Endpoint> targets, SourcePlan source, EpollLoop epoll, NanoClock clock,
            PhaseBook anyBook, boolean openLoop, int loop, int loops) {
        this.plan = plan;
        this.epoll = epoll;
        this.clock = clock;
        this.anyBook = anyBook;
        this.openLoop = openLoop;
        this.setUp = SocketSetUp.of(plan.close(), source);
        this.buffers = new ExchangeBuffers(arena, plan.exchange());
        this.eager = new EagerConnect(plan.eager());
        this.inFlight = new InFlight(clock.nanoTime());
        this.connecting = new TimeoutQueue(plan.connectTimeoutNs());
        this.exchanging = new TimeoutQueue(plan.exchangeTimeoutNs());
        this.holding = new TimeoutQueue(plan.holdNs());
        this.closing = new TimeoutQueue(plan.closeTimeoutNs());
        this.routes = new Routes(arena, targets, source, loop, loops);
        this.probe = new HandshakeProbe(syscalls, arena, routes, plan.rttSampleEvery());
    }

    /**
     * Starts the connection of one arrival; it may be over when this returns.
     *
     * @param intendedNs when it was to start; not used in a closed loop
     * @return false when this machine lacked a port, a descriptor or memory, so that trying again at once would only spin
     */
    public boolean start(PhaseBook book, long intendedNs) {
        Connection connection = pool;
        if (connection == null) {
            connection = new Connection(this, anyBook);
        } else {
            pool = connection.next;
            connection.next = null;
        }
        shortage = false;
        book.ledger().started();
        inFlight.enter(clock.nanoTime());
        try {
            connection.begin(book, intendedNs, routes.next(), routes.source());
        } catch (RuntimeException | Error e) {
            connection.abort(e);
        }
        return !shortage;
    }

    /** Lets go of what has waited too long and closes what has been held long enough. Between turns of the event loop only. */
    public void endOverdue(long nowNs) {
        endOverdue(connecting, nowNs);
        endOverdue(exchanging, nowNs);
        endOverdue(holding, nowNs);
        endOverdue(closing, nowNs);
    }

    private static void endOverdue(TimeoutQueue queue, long nowNs) {
        for (int ended = 0; ended < MOST_EXPIRED_PER_TURN; ended++) {
            Connection connection = queue.expired(nowNs);
            if (connection == null) {
                return;
            }
            try {
                connection.timeIsUp();
            } catch (RuntimeException | Error e) {
                connection.abort(e);
            }
        }
    }

    /** Until {@link #endOverdue} has something to do: 0 or less for at once, {@link Long#MAX_VALUE} for never. */
    public long remainingNs(long nowNs) {
        return Math.min(
                Math.min(connecting.remainingNs(nowNs), exchanging.remainingNs(nowNs)),
                Math.min(holding.remainingNs(nowNs), closing.remainingNs(nowNs)));
    }

    /** Gives everything that is still alive its last outcome and closes it. */
    public void endAll() {
        for (TimeoutQueue queue : List.of(connecting, exchanging, holding, closing, leftOpen)) {
            for (Connection connection = queue.first(); connection != null; connection = queue.first()) {
                connection.endOfRun();
            }
        }
    }

    /** The measurement begins: whether the second connect() is made is settled. */
    public void freezeEager() {
        eager.freeze();
    }

    /** Connections in flight. */
    public int inFlight() {
        return inFlight.count();
    }

    /** Connections in flight × nanoseconds since the beginning. */
    public double inFlightIntegral() {
        return inFlight.integral(clock.nanoTime());
    }

    /** The most in flight since the previous call. */
    public int takeMostInFlight() {
        return inFlight.takeMost();
    }

    /** Whether an event can come from epoll. */
    public boolean awaitsEvents() {
        return connecting.first() != null || exchanging.first() != null || closing.first() != null;
    }

    /** Faults of our own that were caught in a connection. */
    public long faults() {
        return faults;
    }

    /** The first of them, to say what it was. */
    public @Nullable Throwable firstFault() {
        return firstFault;
    }

    /** Asks the kernel to wake this thread when it is due and not up to 50 µs later, as it does to save power. */
    public void askForExactWakeups() {
        // Where it is refused, arrivals are that much later, which the wait latency shows.
        syscalls.setTimerSlack(1);
    }

    /** CPU time of this thread. */
    public long threadCpuNs() {
        return syscalls.threadCpuNs();
    }

    void fault(Throwable fault) {
        faults++;
        if (firstFault == null) {
            firstFault = fault;
        }
    }

    void failed(Outcome outcome) {
        shortage |= outcome.isLocalShortage();
    }

    void release(Connection connection) {
        connection.next = pool;
        pool = connection;
    }

    long now() {
        return clock.nanoTime();
    }

    @Override
    public void close() {
        endAll();
        syscalls.close();
        arena.close();
    }
}
