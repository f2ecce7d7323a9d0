package dev.netchurn.server.cli;

import dev.netchurn.linux.Syscalls;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a watch shows its samples: tables or lines of JSON on standard output, lines of JSON in a file. */
final class WatchOutputs {

    private static final int STANDARD_OUTPUT = 1;
    private static final String STANDARD_OUTPUT_NAME = "-";
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

    private final PrintWriter out;
    private final Consumer<String> say;
    private final @Nullable String json;

    /**
     * @param out standard output
     * @param say takes a sentence for the user
     * @param json a file, {@code -} for standard output, or null for neither
     */
    WatchOutputs(PrintWriter out, Consumer<String> say, @Nullable String json) {
        this.out = out;
        this.say = say;
        this.json = json;
    }

    /** Shows samples on standard output; on a terminal each takes the place of the one before. */
    <S> Consumer<S> screen(Function<S, String> table, Function<S, String> line) {
        if (STANDARD_OUTPUT_NAME.equals(json)) {
            return sample -> print(out, line.apply(sample) + "\n");
        }
        String before = isTerminal() ? HOME_AND_CLEAR : "";
        String after = isTerminal() ? "" : "\n";
        return sample -> print(out, before + table.apply(sample) + after);
    }

    /** Opens the file; null when none was asked for. */
    @Nullable PrintWriter file() throws IOException {
        return json == null || json.equals(STANDARD_OUTPUT_NAME)
                ? null
                : new PrintWriter(Files.newBufferedWriter(Path.of(json), StandardCharsets.UTF_8, StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND));
    }

    /** Appends samples to the file. A full disk must not end the watch; it is said once. */
    <S> Consumer<S> file(PrintWriter file, Function<S, String> line) {
        boolean[] failed = new boolean[1];
        return sample -> {
            if (!failed[0]) {
                print(file, line.apply(sample) + "\n");
                failed[0] = file.checkError();
                if (failed[0]) {
                    say.accept("writing to '" + json + "' failed; going on without it");
                }
            }
        };
    }

    /** Flushes, so that what was shown is complete when the process is told to end. */
    private static void print(PrintWriter to, String text) {
        to.print(text);
        to.flush();
    }

    private static boolean isTerminal() {
        try (Syscalls syscalls = new Syscalls()) {
            return syscalls.isTerminal(STANDARD_OUTPUT);
        }
    }
}
