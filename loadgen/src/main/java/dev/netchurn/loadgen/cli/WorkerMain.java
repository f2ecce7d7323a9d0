package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.worker.Worker;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The entry point of a child process. Nobody but netchurn itself calls it. */
public final class WorkerMain {

    private WorkerMain() {
    }

    /** The command that starts this class in a child process with the class path of this one. */
    static List<String> words(String name) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms256m",
                "-Xmx1g",
                // From the loop to a system call are more levels than the 15 that C2 inlines by itself; where it stops, what
                // java.lang.foreign makes per call is no longer optimized away, and each connection leaves 40 to 80 bytes.
                "-XX:MaxInlineLevel=40",
                "-Dio.netty.leakDetection.level=disabled"));
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
            words.addAll(classArchive(Path.of(classPath).resolveSibling("worker-" + name + ".jsa")));
        }
        words.addAll(List.of("-cp", classPath, WorkerMain.class.getName()));
        return words;
    }

    /**
     * An archive of loaded classes, which halves the start; the JVM checks it, and the first worker makes it when it ends. A
     * file per name, because load and target end at the same time. What the JVM has to say of it would disturb the protocol.
     */
    private static List<String> classArchive(Path file) {
        List<String> words = new ArrayList<>(List.of("-Xshare:auto", "-Xlog:disable", "-XX:SharedArchiveFile=" + file));
        if (Files.isWritable(file.toAbsolutePath().getParent())) {
            words.add("-XX:+AutoCreateSharedArchive");
        }
        return words;
    }

    /** Takes standard output for the protocol before anything else can print to it. */
    public static void main(String[] args) {
        OutputStream channel = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        int code = new Worker(System.in, channel).run();
        // Event loops that are stuck in a system call must not keep a finished worker alive.
        Runtime.getRuntime().halt(code);
    }
}
