package dev.netchurn.loadgen.pacing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds neighbouring ephemeral ports that no socket of this machine uses, because other programs run beside the tests. */
final class FreePorts {

    private static final int LOWEST = 40_000;
    private static final int HIGHEST = 60_000;
    private static int from = LOWEST;

    private FreePorts() {
    }

    /** The first of {@code count} free ports; not handed out again. */
    static synchronized int first(int count) {
        Set<Integer> used = used();
        while (from + count < HIGHEST) {
            int first = from;
            from += count;
            boolean free = true;
            for (int port = first; port < first + count; port++) {
                free &= !used.contains(port);
            }
            if (free) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " neighbouring ports are free");
    }

    private static Set<Integer> used() {
        Set<Integer> used = new HashSet<>();
        for (String file : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try {
                for (String line : Files.readAllLines(Path.of(file))) {
                    String local = line.strip().split("\\s+")[1];
                    if (local.contains(":")) {
                        used.add(Integer.parseInt(local.substring(local.lastIndexOf(':') + 1), 16));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return used;
    }
}
