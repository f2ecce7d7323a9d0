package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.lab.Catalogue;
import dev.netchurn.loadgen.lab.LabJson;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.Phenomenon;
import dev.netchurn.loadgen.lab.SceneRun;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The entry point of the child process that plays one phenomenon. Nobody but netchurn itself calls it. */
public final class LabMain {

    private LabMain() {
    }

    /** The command that starts this class in a child process; the name of a phenomenon is to follow. */
    static List<String> words() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Xshare:auto",
                "-cp", System.getProperty("java.class.path"),
                LabMain.class.getName());
    }

    /** Writes the result as one line of JSON to standard output, and nothing else there. */
    public static void main(String[] args) throws InterruptedException {
        PrintStream channel = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        endWithController();
        Phenomenon phenomenon = Catalogue.standard().find(args[0]).orElseThrow();
        LabResult result;
        try (SceneRun run = new SceneRun(phenomenon, new SystemClock())) {
            result = run.play();
        }
        channel.println(new LabJson().line(result));
        channel.flush();
        Runtime.getRuntime().halt(0);
    }

    /** The controller never writes; when its end of the pipe closes it is no more. */
    private static void endWithController() {
        Thread.ofPlatform().name("controller-watch").daemon().start(() -> {
            try {
                while (System.in.read() >= 0) {
                    continue;
                }
            } catch (IOException e) {
                // The same as an end.
            }
            Runtime.getRuntime().halt(1);
        });
    }
}
