package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.loadgen.worker.Message;
import org.jspecify.annotations.Nullable;

/**
 * What both workers reported for one tick.
 *
 * @param tick its number
 * @param load of the load worker; null when it did not report
 * @param target of the target worker; null without one, or when it did not report
 */
public record IntervalPair(int tick, Message.@Nullable Interval load, Message.@Nullable Interval target) {

    /** The census of a side: from its own namespace, or from the one that both share. */
    public SocketCensus census(Side side) {
        KernelReading own = reading(side);
        return own == null ? SocketCensus.EMPTY : own.side(side);
    }

    /** The counters of the namespace that a side is in. */
    public TcpCounters counters(Side side) {
        KernelReading own = reading(side);
        return own == null ? TcpCounters.NONE : own.counters();
    }

    /** Whether the load's worker reads its own side only, so that the other is read elsewhere. */
    boolean readsTwoNamespaces() {
        return load != null && load.reading() != null && !load.reading().census().containsKey(Side.SERVER);
    }

    /** The reading of the namespace that a side is in; null when nothing was read. */
    public @Nullable KernelReading reading(Side side) {
        KernelReading ofLoad = load == null ? null : load.reading();
        KernelReading ofTarget = target == null ? null : target.reading();
        return switch (side) {
            case CLIENT -> ofLoad;
            // A worker that reads one side only has nothing to say about the other.
            case SERVER -> ofTarget != null || ofLoad == null || !ofLoad.census().containsKey(Side.SERVER) ? ofTarget : ofLoad;
        };
    }
}
