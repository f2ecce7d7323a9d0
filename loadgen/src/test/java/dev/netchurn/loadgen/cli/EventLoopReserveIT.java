package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.Processors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While a run measures, the kernel keeps every thread but the event loop of the load off one processor. */
@Timeout(60)
class EventLoopReserveIT {

    @TempDir
    Path folder;

    @Test
    void onlyTheEventLoopMayRunAnywhere() throws Exception {
        int processors = Processors.ofThisThread().count();
        Netchurn netchurn = new Netchurn(folder);
        Process run = netchurn
                .start(List.of("run", "--metrics", "off", "--no-tui", "--interval", "100ms", "--loops", "1", "--rate", "200",
                        "--warmup", "1s", "--duration", "4s", "--out", folder.resolve("out").toString(), "--json",
                        folder.resolve("result.json").toString()));

        KilledControllerIT
                .waitUntil(() -> netchurn.errorsSoFar().lines().filter(line -> line.startsWith("measure")).count() > 3);
        Map<String, Integer> allowed = new TreeMap<>();
        Stream.concat(Stream.of(run.toHandle()), KilledControllerIT.workersOf(run).stream())
                .forEach(process -> allowed.putAll(processorsOfThreads(process.pid())));
        Netchurn.Ended ended = netchurn.await(run);

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        int others = processors == 1 ? 1 : processors - 1;
        assertThat(allowed).hasSizeGreaterThan(10);
        assertThat(allowed).allSatisfy((thread, count) -> assertThat(count).as(thread)
                .isEqualTo(thread.contains(" netchurn-client") ? processors : others));
        assertThat(allowed.keySet()).filteredOn(thread -> thread.contains(" netchurn-client")).hasSize(1);
        assertThat(ended.result().at("/environment/limits").has("processorsOfAllButEventLoops")).isEqualTo(processors > 1);
    }

    /** How many processors each thread may use, by its number and name; of threads that end meanwhile nothing is told. */
    private static Map<String, Integer> processorsOfThreads(long pid) {
        Map<String, Integer> counts = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            threads.forEach(thread -> {
                try {
                    String status = Files.readString(thread.resolve("status"));
                    counts.put(thread.getFileName() + " " + value(status, "Name"),
                            Integer.bitCount(Integer.parseUnsignedInt(lastWord(value(status, "Cpus_allowed")), 16)));
                } catch (IOException e) {
                    // It has ended.
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts;
    }

    /** The mask comes in words of 32 processors, the lowest last; no machine that runs this test has more. */
    private static String lastWord(String mask) {
        return mask.substring(mask.lastIndexOf(',') + 1);
    }

    private static String value(String status, String key) {
        return status.lines().filter(line -> line.startsWith(key + ":")).findFirst().orElseThrow()
                .substring(key.length() + 1).strip();
    }
}
