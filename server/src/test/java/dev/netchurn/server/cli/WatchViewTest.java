package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.terminal.Screen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class WatchViewTest {

    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final Map<String, Long> BUSY =
            Map.of("TcpPassiveOpens", 12_000L, "TcpActiveOpens", 11_000L, "TcpOutRsts", 9L,
                    "TcpExtTW", 12L, "TcpExtListenDrops", 7L, "TcpExtTCPAbortOnData", 3L, "TcpExtTCPPureAcks", 40L);

    private final WatchView view = new WatchView(Set.of(9000, 9001));

    private static WatchSample sample(long second, long closeWait, ListenQueue queue, Map<String, Long> moved) {
        KernelReading reading = new KernelReading(
                second * 1_000_000_000L,
                Map.of(
                        Side.CLIENT, new SocketCensus(Map.of(TcpState.TIME_WAIT, 12_345L), 0),
                        Side.SERVER, new SocketCensus(Map.of(TcpState.CLOSE_WAIT, closeWait, TcpState.LISTEN, 1L), 2)),
                false, 3_000_000_000L, true, TcpCounters.NONE, queue, 250_000);
        return new WatchSample(Instant.parse("2026-11-20T12:00:01.5Z"), second * 1_000_000_000L,
                new KernelView(reading, Map.of(9000, queue), Map.of(), OptionalLong.empty(), 250_000), new TcpCounters(moved));
    }

    private List<String> shown(Screen screen, WatchSample... samples) {
        List<String> lines = List.of();
        for (WatchSample sample : samples) {
            lines = view.of(sample, screen);
        }
        return lines;
    }

    private static WatchSample quiet(long second) {
        return sample(second, 5, new ListenQueue(0, 128, 0), Map.of("TcpPassiveOpens", 1000 * second));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 50, 80, 100, 200})
    void noLineIsAsWideAsTheScreen(int columns) {
        List<String> lines = shown(new Screen(columns, false, true), quiet(1), quiet(2),
                sample(3, 5000, new ListenQueue(129, 128, 7), BUSY), sample(4, 6000, new ListenQueue(129, 128, 9), BUSY),
                sample(5, 7000, new ListenQueue(129, 128, 9), BUSY));

        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(columns));
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 50})
    void noMoreLinesThanTheScreenHasAreShown(int rows) {
        assertThat(shown(new Screen(80, rows, true, true), sample(1, 5, new ListenQueue(1, 128, 0), BUSY)).size())
                .isLessThan(rows);
    }

    @Test
    void goesOnBelowWithASentenceThatIsTooLong() {
        assertThat(shown(new Screen(80, false, true), sample(1, 5, new ListenQueue(0, 1, 0), Map.of("TcpExtTW", 12L))))
                .containsSequence(
                        "TcpExtTW                           12  a connection left a TIME_WAIT or an",
                        "                                       orphaned FIN_WAIT2 behind, at the end",
                        "                                       that closed first; it stays 60 s or");
    }

    @Test
    void keepsTheCountersOfTroubleWhereRowsAreFew() {
        List<String> lines = shown(new Screen(80, 17, false, true), sample(1, 5, new ListenQueue(0, 1, 0), BUSY));

        assertThat(lines).anyMatch(line -> line.startsWith("TcpExtListenDrops                   7  ") && line.endsWith("…"));
        assertThat(lines.getLast()).matches("… and [1-9] more that moved; a taller terminal shows them");
    }

    @Test
    void drawsStatesAsBarsToTheHighestOfThem() {
        assertThat(shown(new Screen(80, false, true), quiet(1))).contains(
                "          TIME_WAIT        12 345 ███████████████           0",
                "          CLOSE_WAIT            0                           5 ▏");
    }

    @Test
    void drawsTheLastMinuteOfNewConnections() {
        assertThat(shown(new Screen(80, false, true), quiet(0))).contains("incoming  –");
        assertThat(shown(new Screen(80, false, true), quiet(1), quiet(2), quiet(3)))
                .contains("incoming  1 000/s       ███  3 s", "outgoing  0/s           ▁▁▁  3 s");
        for (long second = 4; second < 200; second++) {
            view.of(quiet(second), new Screen(200, false, true));
        }
        assertThat(shown(new Screen(200, false, true), quiet(200)))
                .contains("incoming  1 000/s       " + "█".repeat(60) + "  60 s");
    }

    @Test
    void paintsRedWhatGoesWrongNowAndYellowWhatDidBefore() {
        Screen screen = new Screen(80, true, true);

        assertThat(shown(screen, sample(1, 5, new ListenQueue(129, 128, 7), BUSY)))
                .anyMatch(line -> line.contains(RED + "9000 ") && line.contains("full: further SYNs are dropped"))
                .anyMatch(line -> line.startsWith(RED + "TcpExtListenDrops"));
        assertThat(shown(screen, sample(2, 5, new ListenQueue(3, 128, 7), BUSY)))
                .anyMatch(line -> line.contains(YELLOW + "9000 "))
                .anyMatch(line -> line.startsWith(YELLOW + "TcpExtListenDrops"))
                .noneMatch(line -> line.contains(RED));
    }

    @Test
    void saysThatCloseWaitGrowsOnlyWhereItNeverFalls() {
        Screen screen = new Screen(100, true, true);
        ListenQueue queue = new ListenQueue(0, 128, 0);

        assertThat(shown(screen, sample(1, 5, queue, Map.of()), sample(2, 7, queue, Map.of()), sample(3, 6, queue, Map.of()),
                sample(4, 9, queue, Map.of()))).noneMatch(line -> line.contains(RED));
        List<String> lines =
                shown(screen, sample(5, 9, queue, Map.of()), sample(6, 9, queue, Map.of()), sample(7, 9, queue, Map.of()),
                        sample(8, 9, queue, Map.of()), sample(9, 9, queue, Map.of()), sample(10, 9, queue, Map.of()),
                        sample(11, 10, queue, Map.of()), sample(12, 11, queue, Map.of()), sample(13, 12, queue, Map.of()));

        assertThat(lines)
                .anyMatch(line -> line.contains(RED + "CLOSE_WAIT of the server: grew by 3 in 9.00 s and never fell"))
                .anyMatch(line -> line.contains(RED + "CLOSE_WAIT   "));
    }

    @Test
    void hasNoColoursWhereTheyAreNotWanted() {
        assertThat(shown(new Screen(80, false, true), sample(1, 5, new ListenQueue(129, 128, 7), BUSY)))
                .noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void keepsToAsciiWhereTheScreenHasNoMore() {
        assertThat(shown(new Screen(60, 17, false, false), quiet(1), sample(2, 5, new ListenQueue(129, 128, 7), BUSY)))
                .allMatch(line -> line.chars().allMatch(character -> character < 128));
    }

    @Test
    void drawsAFrameOverTheOneBeforeAndNotBelowTheScreen() {
        assertThat(WatchOutputs.frame(List.of("one", "two", "three"), 3))
                .isEqualTo("\u001b[Hone\u001b[K\ntwo\u001b[K\n\u001b[J");
    }
}
