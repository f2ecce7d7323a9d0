package dev.netchurn.privatenet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of the machine that a test compares with or needs. */
public final class Programs {

    private Programs() {
    }

    /** Runs a program to its end and returns what it printed; skips the test when the program is not installed. */
    public static String run(String... command) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>(List.of(command));
        found.set(0, assumeInstalled(command[0]).toString());
        Process program = new ProcessBuilder(found).redirectErrorStream(true).start();
        String output = NamespaceLauncher.outputOf(program);
        if (program.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }

    /** Where a program is; skips the test, naming the program, when it is not installed. */
    public static Path assumeInstalled(String program) {
        // Not everybody's PATH has the folders of the programs that only root used to run.
        Optional<Path> found = Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), program + " is not installed");
        return found.orElseThrow();
    }
}
