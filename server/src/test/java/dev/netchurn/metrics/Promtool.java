package dev.netchurn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Prometheus' own judge of metrics and of its configuration. Tests that need it are skipped where it is not installed. */
public final class Promtool {

    private Promtool() {
    }

    /** {@code promtool check metrics} has nothing to say about what a scrape gave. */
    public static void acceptsMetrics(String scrape) throws IOException, InterruptedException {
        String said = run(scrape, List.of("check", "metrics"));
        assertThat(said).as("promtool check metrics").isBlank();
    }

    /** Runs promtool, asserts that it is content, and returns what it printed. */
    public static String run(String input, List<String> arguments) throws IOException, InterruptedException {
        assumeTrue(isInstalled("promtool"), "promtool is not installed");
        List<String> words = new ArrayList<>(List.of("promtool"));
        words.addAll(arguments);
        Process promtool = new ProcessBuilder(words).redirectErrorStream(true).start();
        try (var stream = promtool.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
        return said;
    }

    /** Whether a program is on the path. */
    public static boolean isInstalled(String program) {
        List<String> folders = Arrays.asList(System.getenv().getOrDefault("PATH", "").split(":"));
        return folders.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
