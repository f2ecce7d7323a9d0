package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one connection costs in system calls, counted with strace at the load worker. A hand-written C epoll loop with RST
 * close makes five and its share of epoll_wait: socket, setsockopt, connect, epoll_ctl, close.
 */
@Timeout(90)
class SystemCallsIT {

    private static final Path STRACE = Path.of("/usr/bin/strace");

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
        netchurn = new Netchurn(folder);
    }

    @Test
    void anAbortedConnectionTakesFiveAndNeverTouchesEpoll() throws Exception {
        Map<String, Long> calls = countWhileRunning("--close", "rst");

        double connections = calls.get("socket");
        assertThat(calls.get("connect") / connections).isBetween(1.98, 2.02);
        assertThat(calls.get("setsockopt") / connections).isBetween(0.98, 1.02);
        assertThat(calls.get("close") / connections).isBetween(0.98, 1.02);
        assertThat(calls.getOrDefault("epoll_ctl", 0L) / connections).isLessThan(0.01);
        assertThat(total(calls) / connections).isLessThan(6);
    }

    @Test
    void aGracefulCloseAddsTheWaitForTheServersFin() throws Exception {
        Map<String, Long> calls = countWhileRunning("--close", "graceful");

        double connections = calls.get("socket");
        assertThat(calls.get("shutdown") / connections).isBetween(0.98, 1.02);
        assertThat(calls.get("epoll_ctl") / connections).isBetween(0.0, 1.02);
        assertThat(total(calls) / connections).isLessThan(10);
    }

    private static double total(Map<String, Long> calls) {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<String, Long> countWhileRunning(String... flags) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--metrics", "off", "--no-tui", "--out", folder.resolve("out").toString(),
                        "--interval", "200ms", "--concurrency", "16", "--warmup", "1s", "--duration", "30s"));
        arguments.addAll(List.of(flags));
        Process controller = netchurn.start(arguments);
        try {
            KilledControllerIT.waitUntil(() -> netchurn.errorsSoFar().contains("measure  "));
            Path counts = folder.resolve("strace");
            long load = KilledControllerIT.workersOf(controller).getLast().pid();
            Process strace =
                    new ProcessBuilder("timeout", "-s", "INT", "3", STRACE.toString(), "-f", "-c", "-o", counts.toString(),
                            "-p", String.valueOf(load)).redirectErrorStream(true)
                            .redirectOutput(folder.resolve("strace.out").toFile()).start();
            assertThat(strace.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assumeTrue(Files.exists(counts) && Files.size(counts) > 0,
                    "this machine does not let strace attach: " + Files.readString(folder.resolve("strace.out")));
            return parse(Files.readAllLines(counts));
        } finally {
            controller.destroy();
            assertThat(controller.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Rows read {@code % time, seconds, usecs/call, calls, [errors,] name}. */
    private static Map<String, Long> parse(List<String> lines) {
        Map<String, Long> calls = new TreeMap<>();
        for (String line : lines) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length >= 5 && columns[3].matches("\\d+") && !columns[columns.length - 1].equals("total")) {
                calls.put(columns[columns.length - 1], Long.parseLong(columns[3]));
            }
        }
        return calls;
    }
}
