package dev.netchurn.loadgen.source;

/**
 * How long the kernel keeps a connection in TIME_WAIT: 60 s (TCP_TIMEWAIT_LEN in include/net/tcp.h), and then until the next
 * step of its timer wheel. The wheel is coarse so far ahead (kernel/time/timer.c), so TIME_WAIT ends in batches, one at each
 * step. Pure arithmetic; safe to use from any thread.
 *
 * @param stepNs distance of the wheel's steps 60 s ahead, above 0
 */
public record TimeWaitLife(long stepNs) {

    /** No setting changes it. */
    public static final long SHORTEST_NS = PortBudget.TIME_WAIT_NS;

    /** Timers up to here have the wheel's finest level; each further level reaches eight times as far in steps eight as long. */
    private static final long FINEST_LEVEL_TICKS = 63;
    private static final long LEVEL_FACTOR = 8;

    public TimeWaitLife {
        if (stepNs <= 0) {
            throw new IllegalArgumentException("a timer wheel has steps above 0");
        }
    }

    /**
     * On a kernel with such a tick.
     *
     * @param tickNs 1 s / CONFIG_HZ, such as 4 000 000
     */
    public static TimeWaitLife withTick(long tickNs) {
        long ticks = SHORTEST_NS / tickNs;
        long step = 1;
        for (long levelStart = FINEST_LEVEL_TICKS; levelStart <= ticks; levelStart *= LEVEL_FACTOR) {
            step *= LEVEL_FACTOR;
        }
        return new TimeWaitLife(step * tickNs);
    }

    /** The mean: 60 s and half a step. */
    public long meanNs() {
        return SHORTEST_NS + stepNs / 2;
    }

    /** The longest: 60 s and a whole step. */
    public long longestNs() {
        return SHORTEST_NS + stepNs;
    }

    /**
     * How much of its first {@code ageNs} a connection in TIME_WAIT lives to see, on average over where it falls between two
     * steps: all of it up to 60 s, {@link #meanNs} from {@link #longestNs} on.
     */
    public double livedNs(long ageNs) {
        if (ageNs <= SHORTEST_NS) {
            return Math.max(0, ageNs);
        }
        double beyond = Math.min(ageNs, longestNs()) - SHORTEST_NS;
        return SHORTEST_NS + beyond - beyond * beyond / (2.0 * stepNs);
    }
}
