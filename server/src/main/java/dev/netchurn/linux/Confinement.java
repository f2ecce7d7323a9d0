package dev.netchurn.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps the threads of this process on some processors, but for a few that may run anywhere, and so leaves the other processors
 * to those few. Threads that confined ones start are confined as well (sched_setaffinity(2): a child inherits).
 *
 * <p>Used by one thread.
 */
public final class Confinement implements AutoCloseable {

    private static final Path THREADS = Path.of("/proc/self/task");

    private final Processors to;
    private final Processors before = Processors.ofThisThread();
    private boolean confined;

    /**
     * Changes nothing yet, but goes through the motions, so that {@link #confine} finds its code loaded and linked: the first
     * time costs more than 10 ms of CPU.
     *
     * @param to where threads are to be confined; none: nowhere, and {@link #confine} does nothing
     */
    public Confinement(Processors to) {
        this.to = to;
        bindAll(before, Set.of());
    }

    /**
     * Confines every thread of this process, the calling one among them; a second time does nothing.
     *
     * @param free the kernel's numbers of the threads that are left alone
     */
    public void confine(Set<Integer> free) {
        if (!confined && to.count() > 0) {
            confined = true;
            bindAll(to, free);
        }
    }

    /** Lets all that are there now run where the constructing thread could run. */
    @Override
    public void close() {
        if (confined) {
            confined = false;
            bindAll(before, Set.of());
        }
    }

    private static void bindAll(Processors processors, Set<Integer> free) {
        threads().stream().filter(thread -> !free.contains(thread)).forEach(processors::bind);
    }

    private static List<Integer> threads() {
        try (Stream<Path> entries = Files.list(THREADS)) {
            return entries.map(entry -> Integer.valueOf(entry.getFileName().toString())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + THREADS, e);
        }
    }
}
