package dev.netchurn.loadgen.worker;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.pacing.LoadEngine;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.server.ServerBooks;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The load side of a run. */
final class LoadRole implements Role {

    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(1);

    private final LoadEngine engine;

    /** Set by the thread that starts, read by the observer's. */
    private volatile boolean started;

    LoadRole(LoadPlan plan, NanoClock clock) {
        engine = new LoadEngine(plan, clock);
    }

    @Override
    public void warmUp() {
        engine.prewarm(LONGEST_WARM_UP);
    }

    @Override
    public void listen() {
        // It only connects.
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
