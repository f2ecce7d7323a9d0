package dev.netchurn.loadgen.run;

import dev.netchurn.linux.Confinement;
import dev.netchurn.linux.Processors;
import dev.netchurn.loadgen.worker.Ticks;
import dev.netchurn.server.ServerPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Leaves the event loops of the load a processor each while they measure: what else netchurn does, the target, the observers,
 * the compilers and this controller, is confined to the others, if there are enough. A few milliseconds of theirs in
 * the wrong place make arrivals late by a tick of the scheduler: at 10 000 connections per second on two processors the wait had
 * a p99 of 3 ms without this, and of 0.2 ms with it. The event loops themselves are not bound, so that they can evade programs
 * of others, and a server that is not ours is left alone.
 *
 * <p>Used by the controller's main thread.
 */
final class EventLoopReserve implements AutoCloseable {

    /** Without a warm-up the compilers work during the measurement, and need all there is. */
    private static final Duration LEAST_WARM_UP = Duration.ofSeconds(1);

    private final Processors others;
    private final Confinement confinement;

    private EventLoopReserve(Processors others) {
        this.others = others;
        confinement = new Confinement(others);
    }

    /** For a plan, of the processors that this thread, and so all that it starts, may use. */
    static EventLoopReserve of(RunPlan plan, Processors allowed) {
        ServerPlan target = plan.server();
        int left = allowed.count() - plan.load().loopsUsed();
        boolean isWarm = plan.load().warmupNs() >= LEAST_WARM_UP.toNanos();
        boolean isEnough = left >= Math.max(1, target == null ? 0 : target.acceptors());
        return new EventLoopReserve(isWarm && isEnough ? allowed.first(left) : Processors.of(List.of()));
    }

    /** Where everything but the event loops is to be during the measurement; empty: anywhere. */
    List<Integer> othersOn() {
        return others.numbers();
    }

    /** To be called often: confines this process when it is time. */
    void keep(Ticks ticks, long nowNs) {
        if (nowNs >= ticks.confineAtNs()) {
            confinement.confine(Set.of());
        }
    }

    @Override
    public void close() {
        confinement.close();
    }
}
