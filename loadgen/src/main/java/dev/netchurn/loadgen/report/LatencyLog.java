package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.Verdict;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * {@code latency.hlog}: a histogram per interval, phase and latency, in HdrHistogram's log format 1.3, with tags such as
 * {@code measure.connect}. Each line is one write(2), so that a killed run leaves every complete interval behind; a log
 * without the verdict in its last line was cut short. HdrHistogram's own writer prints to a stream that swallows a full disk,
 * therefore this one. Once it is open, an I/O error never reaches the run: the first is told, and the log says at its end what it lacks.
 *
 * <p>Owned by one thread.
 */
public final class LatencyLog implements AutoCloseable {

    /** Start of the line that ends a complete log. */
    public static final String FOOTER = "#[Verdict: ";

    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;

    private final Path file;
    private final FileOutputStream stream;
    private final Consumer<String> complaint;
    private boolean isClosed;
    private long goodBytes;
    private long linesLost;
    private @Nullable String firstError;

    private LatencyLog(Path file, FileOutputStream stream, Consumer<String> complaint) {
        this.file = file;
        this.stream = stream;
        this.complaint = complaint;
    }

    /**
     * Creates the file and writes its header.
     *
     * @param file replaced when it exists
     * @param startedAt begin of the run
     * @param complaint is told the first I/O error from here on, in one sentence
     * @throws IOException when the file cannot be created
     */
    public static LatencyLog open(Path file, Instant startedAt, Consumer<String> complaint) throws IOException {
        LatencyLog log = new LatencyLog(file, new FileOutputStream(file.toFile()), complaint);
        log.write("#[netchurn: latencies in nanoseconds, tagged PHASE.LATENCY]\n#[Histogram log format version 1.3]\n"
                + String.format(Locale.ROOT, "#[StartTime: %.3f (seconds since epoch), %s]\n", startedAt.toEpochMilli() / 1e3, startedAt)
                + "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
        return log;
    }

    /**
     * Appends what was recorded in one interval. Empty histograms are left out.
     *
     * @param startNs since the run began
     * @param durationNs of the interval
     * @param recorded by the phase of the intended start
     */
    public void append(long startNs, long durationNs, Map<Phase, Map<LatencyKind, Histogram>> recorded) {
        recorded.forEach((phase, byKind) -> byKind.forEach((kind, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                write(line(phase.text() + "." + kind.text(), startNs, durationNs, histogram));
            }
        }));
    }

    /** Writes the last line, which tells a complete log from one that was cut short, and closes the file. */
    public void close(Verdict verdict) {
        if (linesLost > 0) {
            write("#[Incomplete: " + linesLost + " lines could not be written]\n");
        }
        write(FOOTER + verdict.status() + "]\n");
        close();
    }

    /** Whether everything was written so far. */
    public boolean isComplete() {
        return linesLost == 0;
    }

    /** The first I/O error as a sentence; null when there was none. */
    public @Nullable String firstError() {
        return firstError;
    }

    /** Closes the file, without a last line unless that was written; what was written stays. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            stream.close();
        } catch (IOException cause) {
            lose(cause);
        }
    }

    private String line(String tag, long startNs, long durationNs, Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.flip().get(bytes);
        return String.format(Locale.ROOT, "Tag=%s,%.6f,%.6f,%.6f,%s\n", tag, startNs / NS_PER_S,
                durationNs / NS_PER_S, histogram.getMaxValue() / NS_PER_MS, Base64.getEncoder().encodeToString(bytes));
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            stream.write(bytes);
            goodBytes += bytes.length;
        } catch (IOException cause) {
            lose(cause);
            takeBackHalfALine();
        }
    }

    /** On a disk that filled up within a line, the line's begin would garble the next one. */
    private void takeBackHalfALine() {
        try {
            stream.getChannel().truncate(goodBytes);
        } catch (IOException _) {
            // The loss itself is told and counted; what cannot be truncated, such as a device, has nothing to take back.
        }
    }

    private void lose(IOException cause) {
        linesLost++;
        if (firstError == null) {
            firstError = file + " is incomplete: " + cause.getMessage();
            complaint.accept(firstError);
        }
    }
}
