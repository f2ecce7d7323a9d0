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
 * therefore this one. An I/O error never reaches the run: the first is told, and the log says at its end what it lacks.
 *
 * <p>Owned by one thread.
 */
public final class LatencyLog implements AutoCloseable {

    /** Start of the line that ends a complete log. */
    public static final String FOOTER = "#[Verdict: ";

    /** Start of the line that says when the load began, in seconds since the log's start. */
    static final String LOAD_BEGAN = "#[LoadBegan: ";

    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;

    private final Path file;
    private final long startNs;
    private final Consumer<String> complaint;
    private @Nullable FileOutputStream stream;
    private long goodBytes;
    private long linesLost;
    private @Nullable String firstError;

    /**
     * Creates the file and writes its header.
     *
     * @param file replaced when it exists
     * @param startedAt wall-clock time of {@code startNs}
     * @param startNs begin of the run on the monotonic clock
     * @param complaint is told the first I/O error, in one sentence
     */
    public LatencyLog(Path file, Instant startedAt, long startNs, Consumer<String> complaint) {
        this.file = file;
        this.startNs = startNs;
        this.complaint = complaint;
        try {
            stream = new FileOutputStream(file.toFile());
        } catch (IOException cause) {
            lose(cause);
        }
        write("#[netchurn: latencies in nanoseconds, tagged PHASE.LATENCY]\n#[Histogram log format version 1.3]\n"
                + String.format(Locale.ROOT, "#[StartTime: %.3f (seconds since epoch), %s]\n", startedAt.toEpochMilli() / 1e3,
                        startedAt)
                + "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
    }

    /** Writes when the first connection may start, which is when the intervals of result.json begin to count. */
    public void loadBegan(long atNs) {
        write(String.format(Locale.ROOT, "%s%.6f]\n", LOAD_BEGAN, (atNs - startNs) / NS_PER_S));
    }

    /**
     * Appends what was recorded in one interval. Empty histograms are left out.
     *
     * @param fromNs begin of the interval on the monotonic clock
     * @param toNs its end
     */
    public void append(long fromNs, long toNs, Map<Phase, Map<LatencyKind, Histogram>> recorded) {
        recorded.forEach((phase, byKind) -> byKind.forEach((kind, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                write(line(phase.text() + "." + kind.text(), fromNs, toNs, histogram));
            }
        }));
    }

    /** Writes the last line, which tells a complete log from one that was cut short. */
    public void finish(Verdict.Status verdict) {
        if (linesLost > 0) {
            write("#[Incomplete: " + linesLost + " lines could not be written]\n");
        }
        write(FOOTER + verdict + "]\n");
    }

    /** Whether everything was written so far. */
    public boolean isComplete() {
        return linesLost == 0;
    }

    /** The first I/O error as a sentence; null when there was none. */
    public @Nullable String firstError() {
        return firstError;
    }

    /** Closes the file; what was written stays. */
    @Override
    public void close() {
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException cause) {
                lose(cause);
            }
            stream = null;
        }
    }

    private String line(String tag, long fromNs, long toNs, Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.flip().get(bytes);
        return String.format(Locale.ROOT, "Tag=%s,%.6f,%.6f,%.6f,%s\n", tag, (fromNs - startNs) / NS_PER_S,
                (toNs - fromNs) / NS_PER_S, histogram.getMaxValue() / NS_PER_MS, Base64.getEncoder().encodeToString(bytes));
    }

    private void write(String text) {
        FileOutputStream open = stream;
        if (open == null) {
            linesLost++;
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            open.write(bytes);
            goodBytes += bytes.length;
        } catch (IOException cause) {
            lose(cause);
            takeBackHalfALine(open);
        }
    }

    /** On a disk that filled up within a line, the line's begin would garble the next one. */
    private void takeBackHalfALine(FileOutputStream open) {
        try {
            open.getChannel().truncate(goodBytes);
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
