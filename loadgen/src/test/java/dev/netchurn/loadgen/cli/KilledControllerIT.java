package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A controller that is killed with SIGKILL takes its workers, and with them its namespaces and links, along. */
@Timeout(60)
class KilledControllerIT {

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @ParameterizedTest(name = "killed during {0}, frozen worker: {1}")
    @CsvSource({"start, none", "warm-up, none", "measure, none", "measure, target", "measure, load", "drain, none"})
    void leavesNoProcessAndNoNamespace(String phase, String frozen) throws Exception {
        Process controller = netchurn.start(flags(phase));
        boolean starting = phase.equals("start");
        if (!starting) {
            waitUntil(() -> netchurn.errorsSoFar().contains(phase + "  "));
        }
        List<ProcessHandle> workers = waitForWorkers(controller, starting ? 1 : 2);
        if (!frozen.equals("none")) {
            signal("STOP", workers.get(frozen.equals("target") ? 0 : 1).pid());
        }

        Set<String> during = namespacesOf(workers);
        signal("KILL", controller.pid());

        assertThat(controller.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        waitUntil(() -> workers.stream().noneMatch(KilledControllerIT::runs));
        assertThat(during).isNotEmpty().doesNotContain(namespace(ProcessHandle.current().pid()));
        waitUntil(() -> Collections.disjoint(namespaces(), during));
    }

    private List<String> flags(String phase) {
        List<String> flags =
                new ArrayList<>(List.of("run", "--metrics", "off", "--no-tui", "--interval", "100ms", "--rate", "500",
                        "--out", folder.resolve("out").toString()));
        flags.addAll(switch (phase) {
            case "start", "warm-up" -> List.of("--warmup", "30s", "--duration", "1s");
            case "measure" -> List.of("--warmup", "0s", "--duration", "30s");
            // A server that never closes keeps graceful closes in flight, so the drain lasts as long as it may.
            case "drain" -> List.of("--warmup", "0s", "--duration", "300ms", "--server-close", "never", "--close-timeout",
                    "40s", "--drain", "30s");
            default -> throw new IllegalArgumentException(phase);
        });
        return flags;
    }

    /** The target first, then the load: the order in which they are started. */
    private List<ProcessHandle> waitForWorkers(Process controller, int count) {
        List<ProcessHandle> workers = new ArrayList<>();
        waitUntil(() -> {
            // While a process becomes another program its command line is empty for a moment.
            workers.clear();
            workers.addAll(workersOf(controller));
            return workers.size() >= count;
        });
        return workers;
    }

    static List<ProcessHandle> workersOf(Process controller) {
        return controller.descendants().filter(process -> commandLine(process.pid()).contains("WorkerMain"))
                .sorted((a, b) -> Long.compare(a.pid(), b.pid())).toList();
    }

    private static boolean runs(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
        } catch (IOException e) {
            return false;
        }
    }

    private static Set<String> namespacesOf(List<ProcessHandle> workers) {
        return workers.stream().map(worker -> namespace(worker.pid())).filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String namespace(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** The network namespaces that any process of this machine is in. */
    private static Set<String> namespaces() {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes.filter(path -> path.getFileName().toString().matches("\\d+")).forEach(path -> {
                found.add(namespace(Long.parseLong(path.getFileName().toString())));
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }

    static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, "--", String.valueOf(pid)).start().waitFor()).isZero();
    }

    static void waitUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}
