package dev.netchurn.privatenet;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** How the test in the child ended. Plain text and stack frames only, so that no exception is too odd to cross over. */
record ChildReport(Ending ending, String message, StackTraceElement[] frames, String details) implements Serializable {

    enum Ending { PASSED, ABORTED, FAILED }

    static ChildReport passed() {
        return new ChildReport(Ending.PASSED, "", new StackTraceElement[0], "");
    }

    static ChildReport aborted(String reason) {
        return new ChildReport(Ending.ABORTED, reason, new StackTraceElement[0], "");
    }

    static ChildReport failed(String message) {
        return new ChildReport(Ending.FAILED, message, new StackTraceElement[0], "");
    }

    static ChildReport failed(Throwable failure) {
        String type = failure instanceof AssertionError ? "" : failure.getClass().getName() + ": ";
        return new ChildReport(Ending.FAILED, type + failure.getMessage(), failure.getStackTrace(), causes(failure));
    }

    private static String causes(Throwable failure) {
        StringWriter text = new StringWriter();
        if (failure.getCause() != null) {
            text.append("\ncaused by ");
            failure.getCause().printStackTrace(new PrintWriter(text, true));
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            text.append("\nand besides ");
            suppressed.printStackTrace(new PrintWriter(text, true));
        }
        return text.toString();
    }

    void write(Path file) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
            out.writeObject(this);
        }
    }

    static ChildReport read(Path file) throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
            return (ChildReport) in.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException(e);
        }
    }

    ChildReport withDetails(String more) {
        return new ChildReport(ending, message, frames, details + more);
    }

    void rethrow() {
        switch (ending) {
            case PASSED -> {}
            case ABORTED -> throw new TestAbortedException(message);
            case FAILED -> {
                AssertionError failure = new AssertionError(message + details);
                if (frames.length > 0) {
                    failure.setStackTrace(frames);
                }
                throw failure;
            }
        }
    }
}
