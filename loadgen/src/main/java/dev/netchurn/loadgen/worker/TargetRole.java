package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The target side of a run. */
final class TargetRole implements Role {

    private static final int WARM_UP_CONNECTIONS = 20_000;
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(1);

    private final ServerPlan plan;
    private final NanoClock clock;
    private @Nullable ChurnServer server;

    TargetRole(ServerPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    @Override
    public void warmUp() {
        ChurnServer.warmUp(plan, clock, WARM_UP_CONNECTIONS, LONGEST_WARM_UP);
    }

    @Override
    public void listen() {
        server = ChurnServer.start(plan, clock);
    }

    @Override
    public void start(long startAtNs) {
        // It listens already; only the load has a start.
    }

    @Override
    public @Nullable LoadReport load() {
        return null;
    }

    @Override
    public ServerBooks books() {
        return server == null ? ServerBooks.EMPTY : server.books();
    }

    @Override
    public boolean isIdle() {
        return true;
    }

    @Override
    public boolean arrivalsDone() {
        return false;
    }

    @Override
    public void stopArrivals() {
        // Connections are the load's to start.
    }

    @Override
    public List<Long> matchAccepts(List<Command.EstablishedSample> samples) {
        List<Long> waitsNs = new ArrayList<>();
        ChurnServer listening = server;
        if (listening == null) {
            return waitsNs;
        }
        for (Command.EstablishedSample sample : samples) {
            long acceptedNs = listening.acceptedNs(sample.address(), sample.port(), sample.target());
            if (acceptedNs >= sample.establishedNs()) {
                waitsNs.add(acceptedNs - sample.establishedNs());
            }
        }
        return waitsNs;
    }

    @Override
    public void closeAll() {
        // The server's sockets close with it; what its books say was open then stays said.
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
