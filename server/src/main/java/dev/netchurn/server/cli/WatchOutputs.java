package dev.netchurn.server.cli;

import dev.netchurn.terminal.Screen;
import dev.netchurn.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a watch shows its samples: tables or lines of JSON on standard output, lines of JSON in a file. */
final class WatchOutputs {

    private static final String STANDARD_OUTPUT_NAME = "-";
    /** Control sequences of ECMA-48. */
    private static final String HOME = "\u001b[H";
    private static final String ERASE_TO_THE_RIGHT = "\u001b[K";
    private static final String ERASE_BELOW = "\u001b[J";

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

    /**
     * Shows samples on standard output.
     *
     * @param table for a file or a pipe, one after the other
     * @param view for a terminal, where each takes the place of the one before
     * @param line of JSON, where that is what standard output was asked for
     */
    <S> Consumer<S> screen(Function<S, String> table, BiFunction<S, Screen, List<String>> view, Function<S, String> line) {
        if (STANDARD_OUTPUT_NAME.equals(json)) {
            return sample -> print(out, line.apply(sample) + "\n");
        }
        if (!Terminal.isInteractive(Terminal.STANDARD_OUTPUT)) {
            return sample -> print(out, table.apply(sample) + "\n");
        }
        // The size is asked for each time, because windows are resized.
        return sample -> {
            Screen screen = Terminal.screen(Terminal.STANDARD_OUTPUT);
            print(out, frame(view.apply(sample, screen), screen.rows()));
        };
    }

    /** Draws over what was there, without erasing it first, so that nothing flickers. */
    static String frame(List<String> lines, int rows) {
        StringBuilder text = new StringBuilder(HOME);
        lines.stream().limit(rows == 0 ? Long.MAX_VALUE : rows - 1L)
                .forEach(line -> text.append(line).append(ERASE_TO_THE_RIGHT).append('\n'));
        return text.append(ERASE_BELOW).toString();
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
}
