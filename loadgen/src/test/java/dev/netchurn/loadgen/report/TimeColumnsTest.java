package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.RunInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Also of the latencies that a log puts into the columns. */
@Timeout(30)
class TimeColumnsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long LOG_START_NS = 7 * SECOND;
    /** The load begins a while after the log. */
    private static final long LOAD_START_NS = LOG_START_NS + SECOND / 3;

    @Test
    void eachIntervalIsAColumnAsLongAsThereIsRoom() {
        TimeColumns columns = new TimeColumns(intervals(5));

        assertThat(columns.size()).isEqualTo(5);
        assertThat(columns.intervalsPerColumn()).isEqualTo(1);
        assertThat(columns.perSecond(RunInterval::established)).containsExactly(100.0, 101.0, 102.0, 103.0, 104.0);
    }

    @Test
    void neighboursShareAColumnInALongRunAndNothingHighIsLost() {
        TimeColumns columns = new TimeColumns(intervals(2 * TimeColumns.MOST));

        assertThat(columns.intervalsPerColumn()).isEqualTo(2);
        assertThat(columns.size()).isEqualTo(TimeColumns.MOST + 1).as("the warm-up's one interval stands alone");
        assertThat(columns.perSecond(RunInterval::established).get(1)).isEqualTo(101.5);
        assertThat(columns.highest(RunInterval::inFlightMax).get(1)).isEqualTo(2);
        assertThat(columns.census("client").get(TcpState.TIME_WAIT).get(1)).as("the level at the column's end")
                .isEqualTo(2_000);
        assertThat(Arrays.stream(columns.counters().get("client").get("TcpExtTW")).sum()).isEqualTo(2 * TimeColumns.MOST);
    }

    @Test
    void anInstantFallsIntoTheColumnThatHoldsIt() {
        TimeColumns columns = new TimeColumns(intervals(3));

        assertThat(IntStream.of(-1, 0, 999, 1_000, 2_500, 9_000).map(ms -> columns.at(ms * 1_000_000L)))
                .containsExactly(0, 0, 0, 1, 2, 2);
    }

    @Test
    void latenciesOfTheLogFallIntoTheIntervalsTheyWereRecordedIn(@TempDir Path folder) throws IOException {
        Path file = log(folder, LOAD_START_NS);
        TimeColumns columns = new TimeColumns(intervals(3));
        LatencyColumns latencies = new LatencyColumns(columns);
        new LatencyLogReader(file).forEach(latencies::add);
        LatencyColumns.Kind connect = latencies.kinds().get("connect");

        assertThat(connect.maxNs()).containsExactly(9_503L, null, 2_000_895L);
        assertThat(connect.p50Ns()).as("ten must lie above").containsExactly(9_503L, null, null);
        assertThat(connect.bands().get(0)).as("9.5 us lies between 10^3.9 and 10^4").containsExactly(39, 40);
        assertThat(connect.bands().get(1)).isEmpty();
        assertThat(connect.bands().get(2)).containsExactly(63, 1);
    }

    @Test
    void aHalfLineIsDroppedAndCounted(@TempDir Path folder) throws IOException {
        Path file = log(folder, LOAD_START_NS);
        Files.writeString(file, "Tag=measure.connect,1.0,1.0,0.1,HISTFAAAA\nTag=measure.conn", StandardOpenOption.APPEND);
        LatencyLogReader reader = new LatencyLogReader(file);
        List<LatencyLogReader.Line> lines = new ArrayList<>();
        reader.forEach(lines::add);

        assertThat(lines).hasSize(3);
        assertThat(reader.unreadable()).isEqualTo(2);
    }

    @Test
    void aLogThatDoesNotSayWhenTheLoadBeganPlacesNothing(@TempDir Path folder) throws IOException {
        Path file = log(folder, LOAD_START_NS);
        Files.writeString(file, Files.readString(file).replaceAll("#\\[LoadBegan.*\n", ""));
        List<LatencyLogReader.Line> lines = new ArrayList<>();
        new LatencyLogReader(file).forEach(lines::add);

        assertThat(lines).isEmpty();
    }

    /** Twenty each of warm-up and measurement in the first second, one in the third. */
    private static Path log(Path folder, long loadStartNs) {
        Path file = folder.resolve("latency.hlog");
        try (LatencyLog log = new LatencyLog(file, Instant.parse("2026-03-01T12:00:00Z"), LOG_START_NS, complaint -> {
            throw new AssertionError(complaint);
        })) {
            log.loadBegan(loadStartNs);
            log.append(loadStartNs, loadStartNs + SECOND,
                    Map.of(Phase.WARMUP, Map.of(LatencyKind.CONNECT, histogram(20, 9_500))));
            log.append(loadStartNs, loadStartNs + SECOND,
                    Map.of(Phase.MEASURE, Map.of(LatencyKind.CONNECT, histogram(20, 9_500))));
            log.append(loadStartNs + 2 * SECOND, loadStartNs + 3 * SECOND,
                    Map.of(Phase.MEASURE, Map.of(LatencyKind.CONNECT, histogram(1, 2_000_000))));
        }
        return file;
    }

    private static Histogram histogram(long count, long ns) {
        Histogram histogram = LatencySummary.newHistogram();
        histogram.recordValueWithCount(ns, count);
        return histogram;
    }

    /** One second each, the first of them warm-up, every figure growing by one from interval to interval. */
    private static List<RunInterval> intervals(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> new RunInterval(i * SECOND, SECOND, i == 0 ? Phase.WARMUP : Phase.MEASURE,
                        100 + i, 0, 0, 100 + i, null, i, 0L, null, null,
                        Map.of("client", Map.of(TcpState.TIME_WAIT, 1_000L * i)), Map.of(),
                        Map.of("client", Map.of("TcpExtTW", 1L))))
                .toList();
    }
}
