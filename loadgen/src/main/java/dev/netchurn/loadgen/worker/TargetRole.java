package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The target side of a run. */
final class TargetRole implements TargetSide {

    private static final int WARM_UP_CONNECTIONS = 20_000;

    private final ServerPlan plan;
    private final NanoClock clock;
    private @Nullable ChurnServer server;

    TargetRole(ServerPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    @Override
    public void warmUp(Duration atMost) {
        ChurnServer.warmUp(plan, clock, WARM_UP_CONNECTIONS, atMost);
    }

    @Override
    public List<Endpoint> listen(List<Endpoint> targets) {
        server = ChurnServer.start(plan, clock);
        return plan.listen();
    }

    @Override
    public ServerBooks books() {
        return server == null ? ServerBooks.EMPTY : server.books();
    }

    @Override
    public Message.AcceptsMatched matchAccepts(List<EstablishedSample> samples) {
        List<Long> waitsNs = new ArrayList<>();
        List<EstablishedSample> notYet = new ArrayList<>();
        ChurnServer listening = server;
        if (listening == null) {
            return new Message.AcceptsMatched(waitsNs, samples);
        }
        for (EstablishedSample sample : samples) {
            long acceptedNs = listening.acceptedNs(sample.addressBits(), sample.port(), sample.target(), sample.startNs());
            if (acceptedNs >= 0) {
                // On another CPU the target can be faster than the client's own news: then the wait was too short to tell.
                waitsNs.add(Math.max(1, acceptedNs - sample.establishedNs()));
            } else if (acceptedNs == ChurnServer.NOT_ACCEPTED_YET) {
                notYet.add(sample);
            }
        }
        return new Message.AcceptsMatched(waitsNs, notYet);
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
