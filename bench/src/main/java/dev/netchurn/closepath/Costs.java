package dev.netchurn.closepath;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a batch costs beside time: system calls of the benchmark's threads, and bytes that all threads allocated. Only what
 * lies between {@link #begin} and {@link #end} counts, so that opening the batch does not. {@link CostProfiler} reports it
 * per operation.
 *
 * <p>Owned by the benchmark's thread, which must construct it before it starts event loops.
 */
final class Costs implements AutoCloseable {

    // JMH makes the profiler itself and gives it no way to reach a benchmark's state, so they meet here.
    static final LongAdder SYSTEM_CALLS = new LongAdder();
    static final LongAdder ALLOCATED_BYTES = new LongAdder();
    static final LongAdder OPERATIONS = new LongAdder();
    static final LongAdder NOT_COUNTED = new LongAdder();

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final SystemCallCounter counter = new SystemCallCounter();
    private long callsBefore;
    private long bytesBefore;

    void begin() {
        bytesBefore = THREADS.getTotalThreadAllocatedBytes();
        callsBefore = counter.read();
    }

    void end(int operations) {
        long calls = counter.read();
        long bytes = THREADS.getTotalThreadAllocatedBytes();
        OPERATIONS.add(operations);
        ALLOCATED_BYTES.add(bytes - bytesBefore);
        if (calls == SystemCallCounter.NOT_COUNTED) {
            NOT_COUNTED.increment();
        } else {
            SYSTEM_CALLS.add(calls - callsBefore - 1); // the second read counts itself
        }
    }

    @Override
    public void close() {
        counter.close();
    }
}
