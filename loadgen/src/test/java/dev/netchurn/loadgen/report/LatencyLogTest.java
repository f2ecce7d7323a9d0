package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.RunResultFixture;
import dev.netchurn.loadgen.run.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LatencyLogTest {

    private static final Instant STARTED = Instant.parse("2026-03-01T12:00:00Z");
    private static final long START_NS = 5_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<String> complaints = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void isReadByHdrHistogramWithoutBeingClosed() throws IOException {
        Path file = folder.resolve("latency.hlog");
        Histogram connect = RunResultFixture.spread(1_000, 12_000);
        Histogram close = RunResultFixture.spread(900, 48_000);
        try (LatencyLog log = log(file)) {
            append(log, 0, Phase.WARMUP, LatencyKind.CONNECT, connect);
            append(log, 1, Phase.MEASURE, LatencyKind.CLOSE_HANDSHAKE, close);
            List<Histogram> read = read(file);
            assertThat(read).extracting(Histogram::getTag).containsExactly("warmup.connect", "measure.closeHandshake");
            assertThat(read).containsExactly(connect, close);
            assertThat(read.get(1).getStartTimeStamp()).isEqualTo(STARTED.toEpochMilli() + 1_000);
            assertThat(read.get(1).getEndTimeStamp()).isEqualTo(STARTED.toEpochMilli() + 2_000);
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void keepsEarlierIntervalsWhenTheLastLineIsCut() throws IOException {
        Path file = folder.resolve("latency.hlog");
        try (LatencyLog log = log(file)) {
            append(log, 0, Phase.MEASURE, LatencyKind.CONNECT, RunResultFixture.spread(1_000, 12_000));
            append(log, 1, Phase.MEASURE, LatencyKind.CONNECT, RunResultFixture.spread(10, 12_000));
        }
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.lastIndexOf("Tag=") + 12));
        assertThat(read(file)).hasSize(1);
        assertThat(Files.readString(file)).doesNotContain(LatencyLog.FOOTER);
    }

    @Test
    void endsWithTheVerdict() throws IOException {
        Path file = folder.resolve("latency.hlog");
        try (LatencyLog log = log(file)) {
            append(log, 0, Phase.MEASURE, LatencyKind.CONNECT, RunResultFixture.spread(10, 12_000));
            log.finish(Verdict.Status.DEGRADED);
            assertThat(log.isComplete()).isTrue();
        }
        assertThat(Files.readAllLines(file).getLast()).isEqualTo("#[Verdict: DEGRADED]");
        assertThat(read(file)).hasSize(1);
    }

    @Test
    void leavesOutWhatRecordedNothing() throws IOException {
        Path file = folder.resolve("latency.hlog");
        try (LatencyLog log = log(file)) {
            append(log, 0, Phase.MEASURE, LatencyKind.CONNECT, LatencySummary.newHistogram());
        }
        assertThat(Files.readString(file)).doesNotContain("Tag=");
    }

    @Test
    void tellsAFullDiskOnceAndGoesOn() {
        Path full = Path.of("/dev/full");
        assumeThat(full).as("a device that is always full").exists();
        try (LatencyLog log = log(full)) {
            append(log, 0, Phase.MEASURE, LatencyKind.CONNECT, RunResultFixture.spread(10, 12_000));
            append(log, 1, Phase.MEASURE, LatencyKind.CONNECT, RunResultFixture.spread(10, 12_000));
            log.finish(Verdict.Status.VALID);
            assertThat(log.isComplete()).isFalse();
            assertThat(log.firstError()).startsWith("/dev/full is incomplete: ");
        }
        assertThat(complaints).hasSize(1);
    }

    @Test
    void tellsAFolderThatDoesNotExistOnceAndGoesOn() {
        try (LatencyLog log = log(folder.resolve("nowhere").resolve("latency.hlog"))) {
            append(log, 0, Phase.MEASURE, LatencyKind.CONNECT, RunResultFixture.spread(10, 12_000));
            log.finish(Verdict.Status.VALID);
            assertThat(log.isComplete()).isFalse();
        }
        assertThat(complaints).hasSize(1);
    }

    private LatencyLog log(Path file) {
        return new LatencyLog(file, STARTED, START_NS, complaints::add);
    }

    private static void append(LatencyLog log, int second, Phase phase, LatencyKind kind, Histogram histogram) {
        long fromNs = START_NS + second * SECOND_NS;
        log.append(fromNs, fromNs + SECOND_NS, Map.of(phase, Map.of(kind, histogram)));
    }

    private static List<Histogram> read(Path file) throws IOException {
        List<Histogram> read = new ArrayList<>();
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
            EncodableHistogram next = reader.nextIntervalHistogram();
            while (next != null) {
                read.add((Histogram) next);
                next = reader.nextIntervalHistogram();
            }
        } catch (NoSuchElementException _) {
            // HdrHistogram's reader ends so at a line that was cut short.
        }
        return read;
    }
}
