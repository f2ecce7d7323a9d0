package dev.netchurn.privatenet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a {@link NamespaceChild} in a new network namespace and waits for its report, never longer than asked. */
final class NamespaceLauncher {

    private NamespaceLauncher() {
    }

    static ChildReport run(String uniqueId, int timeoutSeconds, boolean optimized) throws IOException, InterruptedException {
        Unshare unshare = Unshare.ofThisMachine();
        if (unshare.refusal().isPresent()) {
            return ChildReport.aborted("this machine forbids private network namespaces: " + unshare.refusal().get());
        }
        Path folder = Files.createTempDirectory("netchurn-test");
        Path reportFile = folder.resolve("report");
        Path output = folder.resolve("output");
        Process child = new ProcessBuilder(command(unshare, uniqueId, optimized, reportFile))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = child.waitFor(timeoutSeconds, TimeUnit.SECONDS);
            return ended
                    ? report(child.exitValue(), reportFile, output)
                    : ChildReport.failed("killed after " + timeoutSeconds + " s in its private namespace" + printed(output));
        } finally {
            // Also when JUnit's own timeout interrupted the wait. unshare has exec'ed java, so this is the JVM itself.
            child.destroyForcibly().waitFor();
            Files.deleteIfExists(reportFile);
            Files.deleteIfExists(output);
            Files.deleteIfExists(folder);
        }
    }

    private static ChildReport report(int exitValue, Path reportFile, Path output) throws IOException {
        if (!Files.exists(reportFile)) {
            return ChildReport.failed("the child JVM ended with " + exitValue + " and no report" + printed(output));
        }
        return ChildReport.read(reportFile).withDetails(printed(output));
    }

    private static String printed(Path output) throws IOException {
        String text = Files.readString(output, StandardCharsets.UTF_8);
        return text.isBlank() ? "" : "\nthe child JVM printed:\n" + text;
    }

    private static List<String> command(Unshare unshare, String uniqueId, boolean optimized, Path reportFile) {
        List<String> command = new ArrayList<>(unshare.command());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-ea", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=" + (optimized ? 4 : 1),
                "-XX:MaxInlineLevel=40", "-Xmx512m",
                "-Dio.netty.leakDetection.level=paranoid",
                "-D" + NamespaceChild.PROPERTY + "=true",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                NamespaceChild.class.getName(), uniqueId, reportFile.toString()));
        return command;
    }

    /** What a short program printed, standard error included; for the reasons that programs give. */
    static String outputOf(Process program) throws IOException {
        try (InputStream in = program.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
