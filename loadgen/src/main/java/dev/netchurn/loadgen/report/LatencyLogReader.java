package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.LatencySummary;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * Reads a {@link LatencyLog} line by line. A line that a killed run left half written is dropped and counted; HdrHistogram's
 * own reader ends there without a word. Used by one thread.
 */
final class LatencyLogReader {

    private static final Pattern LINE = Pattern.compile("Tag=(\\w+)\\.(\\w+),([\\d.-]+),([\\d.]+),[\\d.]+,([\\w+/=]+)");
    private static final double NS_PER_S = 1e9;

    private final Path file;
    private double loadBeganS = Double.NaN;
    private int unreadable;

    LatencyLogReader(Path file) {
        this.file = file;
    }

    /**
     * What one interval recorded of one latency.
     *
     * @param phase as written, such as {@code measure}
     * @param kind the latency's name
     * @param fromNs begin of the interval, counted from the begin of the load as in result.json
     * @param toNs its end
     */
    record Line(String phase, String kind, long fromNs, long toNs, Histogram histogram) {
    }

    /**
     * Reads the whole file. Nothing is handed out where the log does not say when the load began.
     *
     * @throws IOException when the file cannot be read
     */
    void forEach(Consumer<Line> lines) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                if (text.startsWith(LatencyLog.LOAD_BEGAN)) {
                    loadBeganS = Double.parseDouble(text.substring(LatencyLog.LOAD_BEGAN.length(), text.length() - 1));
                } else if (text.startsWith("Tag=") && !Double.isNaN(loadBeganS)) {
                    take(text, lines);
                }
            }
        }
    }

    /** When the load began, in seconds since the begin of the run; NaN where the log does not say. Known once it was read. */
    double loadBeganSeconds() {
        return loadBeganS;
    }

    /** Lines that were no histogram. */
    int unreadable() {
        return unreadable;
    }

    private void take(String text, Consumer<Line> lines) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            unreadable++;
            return;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(line.group(5)));
            Histogram histogram = Histogram.decodeFromCompressedByteBuffer(bytes, LatencySummary.HIGHEST_NS);
            double fromS = Double.parseDouble(line.group(3)) - loadBeganS;
            lines.accept(new Line(line.group(1), line.group(2), Math.round(fromS * NS_PER_S),
                    Math.round((fromS + Double.parseDouble(line.group(4))) * NS_PER_S), histogram));
        } catch (DataFormatException | IllegalArgumentException _) {
            unreadable++;
        }
    }
}
