package dev.netchurn.loadgen.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Writes messages on a thread of its own, so that a controller that does not read never blocks an event loop or the
 * observer. Bounded: when the queue is full the oldest caller waits at most until the controller reads again, and only
 * threads that may wait (never event loops) call it.
 */
final class MessageWriter {

    private static final int CAPACITY = 1024;

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(CAPACITY);
    private final Wire wire;
    private final OutputStream out;
    private final Thread thread;

    MessageWriter(Wire wire, OutputStream out) {
        this.wire = wire;
        this.out = out;
        thread = Thread.ofPlatform().name("message-writer").daemon().start(this::writeAll);
    }

    /** Queues a message; blocks only while {@value #CAPACITY} are waiting. */
    void send(Message message) {
        try {
            lines.put(wire.write(message));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Messages that wait to be written. */
    int depth() {
        return lines.size();
    }

    /** Ends with what was queued so far: waits at most {@code atMostMs} for a place in the queue, and as long for the writing. */
    void flush(long atMostMs) {
        try {
            if (lines.offer("", atMostMs, TimeUnit.MILLISECONDS)) {
                thread.join(atMostMs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAll() {
        boolean heard = true;
        try {
            for (String line = lines.take(); !line.isEmpty(); line = lines.take()) {
                heard = heard && isWritten(line);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when the controller is gone; standard input ends as well, and that is what stops the worker. */
    private boolean isWritten(String line) {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
