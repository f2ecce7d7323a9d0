package dev.netchurn.loadgen.worker;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The controller's end of a worker. The thread that calls {@link #start} must live as long as the worker, because the
 * kernel kills the worker when that thread ends. Messages are read on a thread of this object and taken with
 * {@link #next}; commands may be sent from one thread at a time.
 */
public final class WorkerProcess implements WorkerLink {

    private static final int KEPT_ERROR_LINES = 20;
    private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(6);

    private final String name;
    private final Process process;
    private final Wire wire = new Wire();
    private final Writer commands;
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final Deque<String> errorLines = new ArrayDeque<>();
    private final Thread errorReader;

    private WorkerProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread.ofPlatform().name(name + "-messages").daemon().start(this::readMessages);
        errorReader = Thread.ofPlatform().name(name + "-errors").daemon().start(this::readErrors);
    }

    /**
     * Starts a worker; it says {@link Message.Hello} when it is up.
     *
     * @param name for messages to the user: {@code load} or {@code target}
     * @throws UncheckedIOException when the first of the words is no program of this machine
     */
    public static WorkerProcess start(String name, List<String> words) {
        try {
            return new WorkerProcess(name, new ProcessBuilder(words).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a command; a worker that is gone does not take it, which {@link #next} then tells. */
    @Override
    public void send(Command command) {
        try {
            commands.write(wire.write(command));
            commands.write('\n');
            commands.flush();
        } catch (IOException e) {
            messages.add(lost());
        }
    }

    @Override
    public @Nullable Message next(Duration atMost) throws InterruptedException {
        return messages.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What the worker, or the programs that started it, last wrote to standard error. */
    public synchronized String lastErrors() {
        return String.join("\n", errorLines);
    }

    /** Closes the worker's standard input, which ends it, and kills it if that takes too long. */
    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            // It is gone already.
        }
        try {
            if (!process.waitFor(PATIENCE_AT_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readMessages() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                messages.add(wire.message(line));
            }
        } catch (IOException | RuntimeException e) {
            messages.add(new Message.Failed("what the " + name + " worker sent cannot be read: " + e, Message.Cause.INTERNAL));
            return;
        }
        messages.add(lost());
    }

    private Message.Failed lost() {
        try {
            errorReader.join(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String errors = lastErrors();
        return new Message.Failed("the " + name + " worker ended unexpectedly" + (errors.isEmpty() ? "" : ": " + errors),
                Message.Cause.INTERNAL);
    }

    private void readErrors() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
            }
        } catch (IOException e) {
            keep("(its standard error could not be read: " + e.getMessage() + ")");
        }
    }

    private synchronized void keep(String line) {
        if (errorLines.size() == KEPT_ERROR_LINES) {
            errorLines.removeFirst();
        }
        errorLines.addLast(line);
    }
}
