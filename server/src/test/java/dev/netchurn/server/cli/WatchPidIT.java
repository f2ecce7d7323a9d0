package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.netchurn.privatenet.Unshare;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code watch --pid} from outside of the namespace of a process; without root by way of its user namespace. */
@Timeout(60)
class WatchPidIT {

    @Test
    void findsThePortsOfAProcessAndItsChildrenInTheirNamespace() throws Exception {
        assumeTrue(Unshare.ofThisMachine().refusal().isEmpty(), Unshare.ofThisMachine().refusal().orElse(""));
        List<String> placed = new ArrayList<>(Unshare.ofThisMachine().command());
        placed.addAll(List.of("sh", "-c", "\"$@\" & wait", "sh"));
        placed.addAll(java(ServeMain.class, "--listen", "0.0.0.0:7777", "--backlog", "33", "--metrics", "off"));
        Process parent = new ProcessBuilder(placed).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            assertThat(parent.inputReader().readLine()).startsWith("Listening on 0.0.0.0:7777");

            Ended watch = watch("--pid", Long.toString(parent.pid()), "--count", "1", "--json", "-");

            assertThat(watch.exitCode()).as(watch.errors()).isZero();
            JsonNode sample = JsonMapper.shared().readTree(watch.output());
            assertThat(sample.at("/listenQueues").propertyNames()).containsExactly("7777");
            assertThat(sample.at("/listenQueues/7777/limit").intValue()).isEqualTo(33);
            assertThat(sample.at("/census/server/LISTEN").intValue()).isEqualTo(1);
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
        }
    }

    @Test
    void saysInOneSentenceThatThereIsNothingToWatch() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Process idle = new ProcessBuilder("sleep", "60").start();
        try {
            Ended gone = watch("--pid", Long.toString(ended.pid()));
            assertThat(gone.exitCode()).isEqualTo(3);
            assertThat(gone.errors().lines()).containsExactly("netchurn watch: there is no process " + ended.pid());
            Ended listensNowhere = watch("--pid", Long.toString(idle.pid()));
            assertThat(listensNowhere.exitCode()).isEqualTo(3);
            assertThat(listensNowhere.errors().lines()).singleElement().asString().contains("listen on no TCP port");
        } finally {
            idle.destroyForcibly();
        }
    }

    private record Ended(int exitCode, String output, String errors) {
    }

    private static Ended watch(String... arguments) throws IOException, InterruptedException {
        Process watch = new ProcessBuilder(java(NamespaceEntry.class, arguments)).start();
        String output = new String(watch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(watch.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(watch.waitFor(), output, errors);
    }

    private static List<String> java(Class<?> main, String... arguments) {
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), main.getName()));
        words.addAll(List.of(arguments));
        return words;
    }
}
