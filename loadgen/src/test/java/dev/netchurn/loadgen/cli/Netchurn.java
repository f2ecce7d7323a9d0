package dev.netchurn.loadgen.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the packaged tool as a user does, in a process of its own, and reads what it leaves. */
public final class Netchurn {

    private static final long LONGEST_RUN_SECONDS = 240;

    private final Path folder;

    /** @param folder where results and output of the runs go */
    public Netchurn(Path folder) {
        this.folder = folder;
    }

    /** A finished run. */
    public record Ended(int exitCode, String output, String errors, JsonNode result) {

        /** A number in the result, by a JSON pointer; 0 where there is none. */
        public long number(String pointer) {
            return result.at(pointer).asLong(0);
        }

        /** A text in the result, by a JSON pointer. */
        public String text(String pointer) {
            return result.at(pointer).asString("");
        }
    }

    /** Runs {@code netchurn run} with these flags and waits for its end. */
    Ended run(String... flags) {
        Path json = folder.resolve("result.json");
        List<String> arguments = new ArrayList<>(List.of("run", "--metrics", "off", "--out", folder.resolve("out").toString(),
                "--json", json.toString()));
        arguments.addAll(List.of(flags));
        try {
            Files.deleteIfExists(json);
            return await(start(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits for the end of what was started, and reads what it left. */
    public Ended await(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("netchurn did not end: " + errors());
        }
        Path json = folder.resolve("result.json");
        JsonMapper mapper = new JsonMapper();
        JsonNode result = Files.exists(json) ? mapper.readTree(Files.readString(json)) : mapper.createObjectNode();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("stdout")), errors(), result);
    }

    /** Starts any command of netchurn and leaves it running. */
    public Process start(List<String> arguments) throws IOException {
        return start(List.of(), arguments);
    }

    private Process start(List<String> before, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-jar", jar().toString()));
        words.addAll(arguments);
        return new ProcessBuilder(words)
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    /** As {@link #start}, in a process group of its own and with the usual answer to signals, as a terminal starts it. */
    Process startInOwnGroup(List<String> arguments) throws IOException {
        return start(List.of("env", "--default-signal=INT,TERM", "setsid"), arguments);
    }

    /** What the last run wrote to standard error. */
    String errors() throws IOException {
        return Files.readString(folder.resolve("stderr"));
    }

    /** What a running one has written to standard error. */
    String errorsSoFar() {
        try {
            return errors();
        } catch (IOException e) {
            return "";
        }
    }

    private static Path jar() {
        Path jar = Path.of(System.getProperty("netchurn.home", ".."), "loadgen", "target", "netchurn.jar");
        if (!Files.exists(jar)) {
            throw new AssertionError(jar + " is missing; integration tests run after 'package'");
        }
        return jar;
    }
}
