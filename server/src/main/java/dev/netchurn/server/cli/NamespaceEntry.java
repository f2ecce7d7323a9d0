package dev.netchurn.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * Starts {@code watch} again inside the user namespace of a process, where it may enter the network namespace: a JVM has too many
 * threads to change its own (setns(2)). Nobody but {@code watch} itself calls the entry point.
 */
final class NamespaceEntry {

    private NamespaceEntry() {
    }

    /** The entry point of the second process. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new WatchCommand()).execute(arguments));
    }

    /**
     * Watches in a child process that ends with this one; returns its exit code.
     *
     * @param refusal what to say when the user namespace may not be entered
     * @throws IOException with that
     */
    static int watchAgain(long pid, List<String> arguments, String refusal) throws IOException, InterruptedException {
        List<String> entry = List.of("nsenter", "--target", Long.toString(pid), "--user", "--preserve-credentials");
        List<String> trial = new ArrayList<>(entry);
        trial.add("true");
        Process tried = new ProcessBuilder(trial).redirectErrorStream(true).start();
        String complaint = new String(tried.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (tried.waitFor() != 0) {
            throw new IOException(refusal + " (" + complaint + ")");
        }
        List<String> words = new ArrayList<>(entry);
        words.addAll(
                List.of("setpriv", "--pdeathsig", "KILL", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                        NamespaceEntry.class.getName()));
        words.addAll(arguments);
        return new ProcessBuilder(words).inheritIO().start().waitFor();
    }
}
