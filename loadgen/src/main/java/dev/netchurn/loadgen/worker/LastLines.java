package dev.netchurn.loadgen.worker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a text file, for an error message. */
final class LastLines {

    private static final int LINES = 5;
    private static final int LONGEST = 4096;

    private LastLines() {
    }

    /** At most five lines that are not blank; none when the file cannot be read. */
    static List<String> of(Path path) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(LONGEST, file.length())];
            file.seek(file.length() - end.length);
            file.readFully(end);
            List<String> lines = new String(end, StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
            return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }
}
