package dev.netchurn.privatenet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Programs of the machine that a test compares with or needs. */
public final class Programs {

    private Programs() {
    }

    /** Runs a program to its end and returns what it printed; skips the test when the program is not installed. */
    public static String run(String... command) throws IOException, InterruptedException {
        assumeInstalled(command[0]);
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = NamespaceLauncher.outputOf(program);
        if (program.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }

    /** Skips the test, naming the program, when it is not installed. */
    public static void assumeInstalled(String program) {
        List<String> folders = Arrays.asList((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"));
        assumeTrue(
                folders.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is not installed");
    }
}
