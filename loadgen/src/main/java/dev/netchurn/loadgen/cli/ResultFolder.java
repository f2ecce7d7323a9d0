package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.run.RunRefused;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a run's files go. Made, and seen to be writable, before anything starts; a run that is then refused leaves nothing
 * of it. Used by one thread.
 */
final class ResultFolder {

    static final String RESULT = "result.json";
    static final String LATENCIES = "latency.hlog";
    static final String REPORT = "report.html";
    /** What a server program printed. */
    static final String TARGET_OUTPUT = "target.log";

    private final Path folder;
    private final List<Path> made;

    private ResultFolder(Path folder, List<Path> made) {
        this.folder = folder;
        this.made = made;
    }

    /**
     * Makes the folder where it is missing.
     *
     * @throws RunRefused when no file can be written there
     */
    static ResultFolder open(Path path) throws RunRefused {
        List<Path> made = new ArrayList<>();
        for (Path missing = path.toAbsolutePath(); missing != null && Files.notExists(missing); missing = missing.getParent()) {
            made.add(missing);
        }
        ResultFolder folder = new ResultFolder(path, made);
        try {
            Files.createDirectories(path);
            Files.delete(Files.createTempFile(path, "writable", null));
            return folder;
        } catch (IOException e) {
            folder.discard();
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT,
                    "the result folder " + path + " cannot be written (" + reason(e) + "); choose another with --out");
        }
    }

    /** Refuses a place outside of the folder, for a second copy of the result, that could not take it in the end. */
    static void checkFile(Path file) throws RunRefused {
        Path parent = file.toAbsolutePath().getParent();
        boolean usable = Files.exists(file) && !Files.isRegularFile(file)
                ? !Files.isDirectory(file) && Files.isWritable(file)
                : parent != null && Files.isDirectory(parent) && Files.isWritable(parent);
        if (!usable) {
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT,
                    "the file " + file + " cannot be written; choose another with --json");
        }
    }

    Path path() {
        return folder;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Removes the files of a run that did not start, and the folders that were made for it. */
    void discard() {
        if (made.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(file(LATENCIES));
            Files.deleteIfExists(file(TARGET_OUTPUT));
            for (Path path : made) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Somebody else uses a folder meanwhile; then it is theirs.
        }
    }

    private static String reason(IOException problem) {
        return switch (problem) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is a file";
            case FileSystemException told when told.getReason() != null -> told.getReason().toLowerCase(Locale.ROOT);
            default -> String.valueOf(problem.getMessage());
        };
    }
}
