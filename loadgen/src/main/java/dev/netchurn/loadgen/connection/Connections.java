package dev.netchurn.loadgen.connection;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lean engine: all connections of one event loop, and what they share: system calls, buffers, the queues they wait in.
 * Connections that have ended are used again, so a steady state allocates nothing.
 *
 * <p>Owned by the thread of the event loop, which must also construct and close it.
 */
final class Connections implements ClientEngine {

    /** After so many pieces of one connection the event loop goes on with something else. */
    static final int MOST_PIECES_PER_TURN = 16;

    final ConnectionPlan plan;
    final SocketSetUp setUp;
    final EngineSockets sockets;
    final Syscalls syscalls = new Syscalls();
    final ExchangeBuffers buffers;
    final HandshakeProbe<SocketAddress> probe;
    final InFlight inFlight;
    final boolean openLoop;
    final TimeoutQueue connecting;
    final TimeoutQueue exchanging;
    final TimeoutQueue holding;
    final TimeoutQueue closing;
    /** Handed over to the closers and not yet back. */
    final TimeoutQueue lingering = new TimeoutQueue(TimeoutQueue.NEVER);
    final TimeoutQueue leftOpen = new TimeoutQueue(TimeoutQueue.NEVER);

    final ReturnedCloses returned;
    final @Nullable Closers closers;

    private final Arena arena = Arena.ofConfined();
    private final NanoClock clock;
    private final Routes<SocketAddress> routes;
    private final PhaseBook anyBook;
    private final EngineVitals vitals;
    private @Nullable Connection pool;

    /**
     * @param anyBook a book to begin with; every connection is given its own
     * @param closers who close with {@code linger}; null with every other way to close
     */
    Connections(EnginePlan plan, NanoClock clock, PhaseBook anyBook, @Nullable Closers closers) {
        this.plan = plan.connection();
        this.clock = clock;
        this.anyBook = anyBook;
        this.closers = closers;
        this.openLoop = plan.openLoop();
        this.setUp = SocketSetUp.of(this.plan, plan.source());
        this.buffers = new ExchangeBuffers(arena, this.plan.exchange(), this.plan.close() instanceof ClientClose.Unread);
        this.sockets = switch (plan.engine()) {
            case IO_URING -> new RingSockets(syscalls, arena, this.plan.eager(), plan.inFlightLimit());
            case EPOLL, CHANNEL -> new EpollSockets(syscalls, this.plan.eager());
        };
        this.returned = new ReturnedCloses(sockets.loop()::wakeup);
        this.vitals = new EngineVitals(clock, syscalls);
        this.inFlight = vitals.inFlight;
        this.connecting = new TimeoutQueue(this.plan.connectTimeoutNs());
        this.exchanging = new TimeoutQueue(this.plan.exchangeTimeoutNs());
        this.holding = new TimeoutQueue(this.plan.holdNs());
        this.closing = new TimeoutQueue(this.plan.closeTimeoutNs());
        this.routes = new Routes<>(plan, (address, port) -> new SocketAddress(arena, address, port));
        this.probe = new HandshakeProbe<>(syscalls, arena, routes, this.plan.rttSampleEvery());
    }

    @Override
    public void start(PhaseBook book, long intendedNs) {
        Connection connection = pool;
        if (connection == null) {
            connection = new Connection(this, anyBook);
        } else {
            pool = connection.nextIdle;
            connection.nextIdle = null;
        }
        book.ledger().started();
        inFlight.enter(clock.nanoTime());
        try {
            connection.begin(book, intendedNs, routes.next(), routes.source());
        } catch (RuntimeException | Error e) {
            connection.abort(e);
        }
    }

    @Override
    public void endOverdue(long nowNs) {
        takeReturned();
        connecting.endExpired(nowNs);
        exchanging.endExpired(nowNs);
        holding.endExpired(nowNs);
        closing.endExpired(nowNs);
    }

    @Override
    public long remainingNs(long nowNs) {
        return Math.min(
                Math.min(connecting.remainingNs(nowNs), exchanging.remainingNs(nowNs)),
                Math.min(holding.remainingNs(nowNs), closing.remainingNs(nowNs)));
    }

    @Override
    public void endAll() {
        takeReturned();
        for (TimeoutQueue queue : List.of(connecting, exchanging, holding, closing, lingering, leftOpen)) {
            queue.endAll();
        }
        sockets.finishCloses();
    }

    @Override
    public void freezeEager() {
        sockets.settle();
    }

    @Override
    public boolean awaitsEvents() {
        return connecting.first() != null || exchanging.first() != null || closing.first() != null;
    }

    @Override
    public void run(long waitNs) {
        if (sockets.goOn()) {
            sockets.loop().runNow();
        } else {
            sockets.loop().run(waitNs);
        }
    }

    @Override
    public void runNow() {
        sockets.goOn();
        sockets.loop().runNow();
    }

    @Override
    public void wakeup() {
        sockets.loop().wakeup();
    }

    @Override
    public EngineVitals vitals() {
        return vitals;
    }

    /** What the closers have closed ends. */
    private void takeReturned() {
        LingeringClose close = returned.takeAll();
        while (close != null) {
            LingeringClose following = close.next;
            close.next = null;
            close.owner.lingered(close);
            close = following;
        }
    }

    void release(Connection connection) {
        connection.nextIdle = pool;
        pool = connection;
    }

    long now() {
        return clock.nanoTime();
    }

    @Override
    public void close() {
        endAll();
        sockets.loop().close();
        syscalls.close();
        arena.close();
    }
}
