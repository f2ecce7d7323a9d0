package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** A set of this machine's processors, as threads are bound to one (sched_setaffinity(2)). Immutable. */
public final class Processors {

    /** The most that Linux can be built for is 8192 (CONFIG_NR_CPUS, arch/x86/Kconfig). */
    private static final int MASK_BYTES = 1024;
    private static final int THIS_THREAD = 0;

    private final BitSet numbers;

    private Processors(BitSet numbers) {
        this.numbers = numbers;
    }

    /** The processors with these numbers. */
    public static Processors of(Collection<Integer> numbers) {
        BitSet set = new BitSet();
        numbers.forEach(set::set);
        return new Processors(set);
    }

    /** Those that the calling thread may run on; none when the kernel does not say. */
    public static Processors ofThisThread() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            int bytes = (int) Libc.SCHED_GETAFFINITY.invokeExact(arena.allocate(Libc.ERRNO_STATE), THIS_THREAD,
                    (long) MASK_BYTES, mask);
            return bytes < 0
                    ? new Processors(new BitSet())
                    : new Processors(BitSet.valueOf(mask.toArray(ValueLayout.JAVA_BYTE)));
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** Binds a thread of this user to these processors; false when it has ended, or is one that the kernel does not let go. */
    boolean bind(int thread) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            byte[] bytes = numbers.toByteArray();
            MemorySegment.copy(bytes, 0, mask, ValueLayout.JAVA_BYTE, 0, bytes.length);
            return (int) Libc.SCHED_SETAFFINITY.invokeExact(arena.allocate(Libc.ERRNO_STATE), thread, (long) MASK_BYTES,
                    mask) == 0;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** How many there are. */
    public int count() {
        return numbers.cardinality();
    }

    /** Those with the lowest numbers. */
    public Processors first(int count) {
        return of(numbers.stream().limit(count).boxed().toList());
    }

    /** Their numbers, ascending. */
    public List<Integer> numbers() {
        return numbers.stream().boxed().toList();
    }
}
