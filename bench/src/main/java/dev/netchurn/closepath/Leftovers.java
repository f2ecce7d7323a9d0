package dev.netchurn.closepath;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the kernel still knows of the connections to one listener. Those older than this object do not count: TIME_WAIT of an
 * earlier owner of the port's number lasts a minute, and JMH leaves one behind for each fork it talked to.
 */
final class Leftovers {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String LISTEN = "0A";
    private static final String TIME_WAIT = "06";

    private final String suffix;
    private final Set<String> older;

    /** Looks at what there is, before the first connection. */
    Leftovers(int port) {
        suffix = String.format(Locale.ROOT, ":%04X", port);
        try {
            older = sockets(_ -> true).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The sockets that are left when the kernel has had a second to let go of them, as {@code local remote state} in
     * hexadecimal; the listener does not count. An io_uring closes after its future says so.
     *
     * @param butTimeWait whether those in TIME_WAIT do not count either
     */
    List<String> afterASecond(boolean butTimeWait) throws IOException, InterruptedException {
        List<String> left = now(butTimeWait);
        for (int looks = 0; !left.isEmpty() && looks < 100; looks++) {
            Thread.sleep(10);
            left = now(butTimeWait);
        }
        return left;
    }

    /** The sockets that are there now. */
    List<String> now(boolean butTimeWait) throws IOException {
        return sockets(state -> !(butTimeWait && state.equals(TIME_WAIT))).filter(socket -> !older.contains(socket)).toList();
    }

    private Stream<String> sockets(Predicate<String> wanted) throws IOException {
        Stream.Builder<String> found = Stream.builder();
        for (Path table : TABLES) {
            try (Stream<String> lines = Files.lines(table)) {
                lines.skip(1).map(line -> line.strip().split(" +"))
                        .filter(field -> field[1].endsWith(suffix) || field[2].endsWith(suffix))
                        .filter(field -> !field[3].equals(LISTEN) && wanted.test(field[3]))
                        .forEach(field -> found.add(field[1] + " " + field[2] + " " + field[3]));
            }
        }
        return found.build();
    }
}
