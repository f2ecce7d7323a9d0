package dev.netchurn.loadgen.worker;

/**
 * The instants at which every worker takes a snapshot, the same in all of them: one before the start is set (tick 0, so that
 * the first reading precedes the first connection), then one per interval; the grid begins anew when the
 * measurement does, which is always an instant of it.
 */
public record Ticks(long startAtNs, long warmupNs, long intervalNs) {

    private static final long CONFINED_BEFORE_NS = 200_000_000L;

    /** The tick at which the measurement begins. */
    public int measurementTick() {
        return (int) ((warmupNs + intervalNs - 1) / intervalNs);
    }

    /**
     * When all but the event loops is confined: just before the measurement, because doing it takes some time, and not sooner,
     * because in the warm-up the compilers need all there is.
     */
    public long confineAtNs() {
        return startAtNs + Math.max(0, warmupNs - CONFINED_BEFORE_NS);
    }

    /** When a tick is due; tick 0 was taken before. */
    public long dueNs(int tick) {
        int measurement = measurementTick();
        return tick < measurement
                ? startAtNs + tick * intervalNs
                : startAtNs + warmupNs + (tick - measurement) * intervalNs;
    }
}
