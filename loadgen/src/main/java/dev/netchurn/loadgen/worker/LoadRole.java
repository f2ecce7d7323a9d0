package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.pacing.LoadEngine;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The load side of a run. */
final class LoadRole implements Role {

    private final LoadPlan plan;
    private final NanoClock clock;
    /** Replaced before it starts only, by the thread that obeys the controller. */
    private LoadEngine engine;

    /** Set by the thread that starts, read by the observer's. */
    private volatile boolean started;

    LoadRole(LoadPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
        engine = new LoadEngine(plan, clock);
    }

    @Override
    public void warmUp(Duration atMost) {
        engine.prewarm(atMost);
    }

    @Override
    public List<Endpoint> listen(List<Endpoint> targets) {
        if (!targets.equals(plan.targets())) {
            engine.close();
            engine = new LoadEngine(plan.against(targets), clock);
        }
        return List.of();
    }

    @Override
    public void start(long startAtNs) {
        engine.start(startAtNs);
        started = true;
    }

    @Override
    public LoadReport load() {
        return started ? LoadReport.of(engine.snapshot(), takeEstablished()) : LoadReport.NOTHING_YET;
    }

    @Override
    public @Nullable ServerBooks books() {
        return null;
    }

    @Override
    public Set<Integer> eventLoopThreads() {
        return engine.eventLoopThreads();
    }

    @Override
    public boolean isIdle() {
        return engine.idle();
    }

    @Override
    public boolean arrivalsDone() {
        return engine.arrivalsDone();
    }

    @Override
    public void stopArrivals() {
        engine.stop();
    }

    @Override
    public List<EstablishedSample> takeEstablished() {
        return engine.takeEstablished();
    }

    @Override
    public Message.AcceptsMatched matchAccepts(List<EstablishedSample> samples) {
        return new Message.AcceptsMatched(List.of(), List.of());
    }

    @Override
    public void closeAll() {
        engine.closeAll();
    }

    @Override
    public void close() {
        engine.close();
    }
}
