package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.worker.Worker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** The entry point of a child process. Nobody but netchurn itself calls it. */
public final class WorkerMain {

    private WorkerMain() {
    }

    /** The command that starts this class in a child process with the class path of this one. */
    static List<String> words() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms256m",
                "-Xmx1g",
                "-Xshare:auto",
                // From the loop to a system call are more levels than the 15 that C2 inlines by itself; where it stops, what
                // java.lang.foreign makes per call is no longer optimized away, and each connection leaves 40 to 80 bytes.
                "-XX:MaxInlineLevel=40",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp", System.getProperty("java.class.path"),
                WorkerMain.class.getName());
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
