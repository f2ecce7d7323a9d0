package dev.netchurn.loadgen.connection;

import dev.netchurn.transport.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The last established connections that one event loop picked, in a ring of numbers: when nobody takes them in time, newer
 * ones replace the oldest.
 *
 * <p>{@link #add} belongs to the event loop and neither allocates nor waits; {@link #take} belongs to one other thread.
 */
public final class EstablishedSamples {

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle BEGUN;
    private static final VarHandle WRITTEN;
    private static final int WORDS = 3;
    private static final int LOW_16 = 0xffff;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BEGUN = lookup.findVarHandle(EstablishedSamples.class, "begun", long.class);
            WRITTEN = lookup.findVarHandle(EstablishedSamples.class, "written", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final List<Endpoint> targets;
    private final int capacity;
    private final long[] ring;
    private long begun;
    private long written;
    private long taken;

    /**
     * @param targets of the plan, at most 65 536
     * @param capacity how many are kept between two calls of {@link #take}
     */
    public EstablishedSamples(List<Endpoint> targets, int capacity) {
        this.targets = List.copyOf(targets);
        this.capacity = capacity;
        this.ring = new long[capacity * WORDS];
    }

    /** @param target its place in the plan's list */
    void add(int addressBits, int port, int target, long startNs, long establishedNs) {
        long number = written;
        int at = place(number);
        // Announced before it is touched, so that a reader knows that what was here is gone.
        BEGUN.setOpaque(this, number + 1);
        VarHandle.storeStoreFence();
        LONGS.setOpaque(ring, at, (long) addressBits << 32 | (long) port << 16 | target);
        LONGS.setOpaque(ring, at + 1, startNs);
        LONGS.setOpaque(ring, at + 2, establishedNs);
        WRITTEN.setRelease(this, number + 1);
    }

    /** Those that were added since the previous call and not replaced, oldest first. */
    public List<EstablishedSample> take() {
        long end = (long) WRITTEN.getAcquire(this);
        List<EstablishedSample> samples = new ArrayList<>();
        for (long number = Math.max(taken, end - capacity); number < end; number++) {
            int at = place(number);
            long client = (long) LONGS.getOpaque(ring, at);
            long startNs = (long) LONGS.getOpaque(ring, at + 1);
            long establishedNs = (long) LONGS.getOpaque(ring, at + 2);
            VarHandle.loadLoadFence();
            if (number >= (long) BEGUN.getOpaque(this) - capacity) {
                samples.add(new EstablishedSample((int) (client >> 32), (int) (client >> 16) & LOW_16,
                        targets.get((int) client & LOW_16), startNs, establishedNs));
            }
        }
        taken = end;
        return samples;
    }

    private int place(long number) {
        return (int) (number % capacity) * WORDS;
    }
}
