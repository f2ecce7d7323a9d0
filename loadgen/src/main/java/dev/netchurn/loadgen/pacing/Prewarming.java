package dev.netchurn.loadgen.pacing;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.transport.Endpoint;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the JVM hot: a load of its own against a listener of this process. That listener ends every connection with RST as
 * soon as it has accepted it, so however the client closes no TIME_WAIT stays on either side.
 */
final class Prewarming {

    private static final int CONNECTIONS = 4000;
    private static final int CONCURRENCY_PER_LOOP = 8;
    /** Connections that we reset stay in the accept queue until they are accepted. */
    private static final int BACKLOG = 4096;
    private static final long PAUSE_NS = 50_000L;

    private final LoadPlan plan;
    private final NanoClock clock;
    private volatile boolean accepting = true;

    Prewarming(LoadPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    /** Returns how many connections were made within that time, 0 where 127.0.0.1 cannot be used. */
    long run(long atMostNs) {
        long untilNs = clock.nanoTime() + atMostNs;
        try (Syscalls syscalls = new Syscalls(); Arena arena = Arena.ofConfined()) {
            int listener = syscalls.tcpSocket(Syscalls.AF_INET, true);
            if (listener < 0) {
                return 0;
            }
            try {
                InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
                boolean usable = syscalls.setLinger(listener, true, 0) == 0
                        && syscalls.bind(listener, new SocketAddress(arena, loopback, 0)) == 0
                        && syscalls.listen(listener, BACKLOG) == 0
                        && syscalls.readLocalName(listener) == 0;
                return usable ? churn(listener, new Endpoint(loopback, syscalls.localPort()), untilNs) : 0;
            } finally {
                // Whatever is still in the accept queue is reset by this.
                syscalls.close(listener);
            }
        }
    }

    private long churn(int listener, Endpoint target, long untilNs) {
        Thread acceptor = Thread.ofPlatform().name("netchurn-prewarm").daemon().start(() -> accept(listener));
        try {
            ClientClose close = plan.connection().close();
            boolean another = !(close instanceof ClientClose.Rst || close instanceof ClientClose.Never);
            // Most of the first part goes into loading classes and Netty's native code.
            long leftNs = untilNs - clock.nanoTime();
            long made = carryOut(target, new ClientClose.Rst(), Math.max(1, another ? leftNs * 2 / 3 : leftNs));
            leftNs = untilNs - clock.nanoTime();
            return another && leftNs > 0 ? made + carryOut(target, close, leftNs) : made;
        } finally {
            accepting = false;
            joinQuietly(acceptor);
        }
    }

    private void accept(int listener) {
        try (Syscalls syscalls = new Syscalls()) {
            while (accepting) {
                int accepted = syscalls.accept(listener);
                if (accepted >= 0) {
                    syscalls.close(accepted);
                } else {
                    LockSupport.parkNanos(PAUSE_NS);
                }
            }
        }
    }

    private long carryOut(Endpoint target, ClientClose close, long atMostNs) {
        try (LoadEngine engine = new LoadEngine(planFor(target, close, atMostNs), clock)) {
            engine.start(clock.nanoTime());
            while (!(engine.arrivalsDone() && engine.idle())) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            engine.closeAll();
            return engine.snapshot().ledgers().getOrDefault(Phase.MEASURE, Ledger.EMPTY).of(Outcome.ESTABLISHED);
        }
    }

    private LoadPlan planFor(Endpoint target, ClientClose close, long atMostNs) {
        ConnectionPlan connection = plan.connection().hurried(close, Math.max(1, atMostNs / 8));
        int concurrency = plan.loops() * CONCURRENCY_PER_LOOP;
        return new LoadPlan(
                plan.engine(), List.of(target), plan.loops(), new ArrivalPlan.ClosedLoop(concurrency), concurrency,
                LoadPlan.Overload.SHED, CONNECTIONS, 0, atMostNs, 0, plan.intervalNs(),
                new SourcePlan(List.of(), 0, 0, SourcePlan.Bind.NONE), connection);
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
