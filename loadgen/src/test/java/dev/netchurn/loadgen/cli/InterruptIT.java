package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Ctrl-C and SIGTERM end a run soon, with a whole report that says INTERRUPTED, and with books that add up. */
@Timeout(60)
class InterruptIT {

    private static final int LONGEST_FAREWELL_SECONDS = 20;

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @ParameterizedTest(name = "SIG{1} to the {2} during {0}")
    @CsvSource({"start, INT, controller", "warmup, TERM, controller", "measure, INT, controller", "measure, TERM, group",
        "measure, INT, group", "drain, INT, group", "drain, TERM, controller"})
    void endsWithAReport(String phase, String signal, String whom) throws Exception {
        Process controller = netchurn.startInOwnGroup(flags(phase));
        List<ProcessHandle> workers = waitFor(phase, controller);

        long receiver = whom.equals("group") ? -controller.pid() : controller.pid();
        KilledControllerIT.signal(signal, receiver);
        if (phase.equals("drain")) {
            // Whoever presses Ctrl-C again, out of patience, loses nothing.
            KilledControllerIT.signal(signal, receiver);
        }

        assertThat(controller.waitFor(LONGEST_FAREWELL_SECONDS, TimeUnit.SECONDS)).isTrue();
        Ended run = netchurn.await(controller);
        assertThat(run.errors()).doesNotContain("Exception");
        assertThat(run.exitCode()).isEqualTo(signal.equals("INT") ? 130 : 143);
        assertThat(run.text("/verdict/status")).as(run.errors()).isEqualTo("INTERRUPTED");
        assertThat(run.output()).contains("INTERRUPTED", "Files  ");
        assertThat(Files.readString(folder.resolve("out").resolve("latency.hlog"))).endsWith("#[Verdict: INTERRUPTED]\n");
        assertConserved(run.result().at("/ledger"));
        assertThat(run.result().at("/books/agree").asBoolean()).as(run.result().at("/books").toString()).isTrue();
        if (phase.equals("measure") || phase.equals("drain")) {
            assertThat(run.number("/ledger/established")).isPositive();
        }
        assertThat(workers).noneMatch(ProcessHandle::isAlive);
    }

    private List<String> flags(String phase) {
        List<String> flags =
                new ArrayList<>(List.of("run", "--metrics", "off", "--no-tui", "--interval", "100ms", "--rate", "500",
                        "--out", folder.resolve("out").toString(), "--json", folder.resolve("result.json").toString()));
        flags.addAll(switch (phase) {
            case "start", "warmup" -> List.of("--warmup", "30s", "--duration", "1s");
            case "measure" -> List.of("--warmup", "0s", "--duration", "30s");
            // A server that never closes keeps graceful closes in flight, so the drain lasts as long as it may.
            case "drain" -> List.of("--warmup", "0s", "--duration", "300ms", "--server-close", "never", "--close", "graceful",
                    "--close-timeout", "40s", "--drain", "30s");
            default -> throw new IllegalArgumentException(phase);
        });
        return flags;
    }

    private List<ProcessHandle> waitFor(String phase, Process controller) throws Exception {
        if (phase.equals("start")) {
            waitUntil(() -> !workersOf(controller).isEmpty());
        } else {
            waitUntil(() -> sentences().contains("\n" + (phase.equals("warmup") ? "warm-up" : phase) + " "));
        }
        return workersOf(controller);
    }

    private static List<ProcessHandle> workersOf(Process controller) {
        return controller.descendants().filter(process -> KilledControllerIT.commandLine(process.pid()).contains("WorkerMain"))
                .toList();
    }

    private static void assertConserved(JsonNode ledger) {
        assertThat(number(ledger, "/scheduled")).isEqualTo(number(ledger, "/started") + number(ledger, "/shed"));
        assertThat(number(ledger, "/started")).isEqualTo(number(ledger, "/established") + sum(ledger.at("/failed")));
        assertThat(number(ledger, "/established"))
                .isEqualTo(number(ledger, "/closed") + sum(ledger.at("/closeFailed")) + number(ledger, "/stillOpen"));
    }

    private static long number(JsonNode node, String pointer) {
        return node.at(pointer).asLong();
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    private String sentences() {
        try {
            return netchurn.errors();
        } catch (IOException e) {
            return "";
        }
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
