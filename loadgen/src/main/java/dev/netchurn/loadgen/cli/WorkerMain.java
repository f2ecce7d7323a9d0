package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.worker.Worker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;

/** The entry point of a child process. Nobody but netchurn itself calls it. */
public final class WorkerMain {

    private WorkerMain() {
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
