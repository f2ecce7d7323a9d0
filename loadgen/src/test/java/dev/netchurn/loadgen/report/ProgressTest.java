package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.terminal.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ProgressTest {

    private final StringWriter printed = new StringWriter();
    private final PrintWriter writer = new PrintWriter(printed);

    @Test
    void showsPhaseRateLatencyCensusAndTimeLeft() {
        assertThat(live(90, LiveFrameFixture.healthy())).containsExactly(
                "measure   ███████░░░░░░░░░░░░░░░░░  30 %   7.00 s left",
                "rate      20 341/s                     █  1 s",
                "connect   p50 12.3 µs   p99 41.0 µs    █  1 s",
                "          in flight 64   established 121 005",
                "sockets                    client                           server",
                "          ESTABLISHED          41 ▏                             44 ▏",
                "          TIME_WAIT       101 223 ████████████████████           0",
                "          CLOSE_WAIT            0                                9 ▏",
                "counters  only what moves in every run",
                "failures  none");
    }

    @Test
    void tellsHowOldTheStatesAreThatTheKernelDoesNotCount() {
        assertThat(live(90, LiveFrameFixture.withOldStates()))
                .contains("sockets   walked 12 s ago  client                           server");
        new PlainProgress(writer, Screen.plain()).show(LiveFrameFixture.withOldStates());
        assertThat(printed.toString())
                .contains("client TIME_WAIT 101 223, ESTABLISHED 41, 12.3 s ago FIN_WAIT2 6  server no socket");
    }

    @Test
    void showsCountersThatMovedAndFailures() {
        assertThat(live(200, LiveFrameFixture.troubled()))
                .contains("failures  shed 3 400   refused 12")
                .anySatisfy(line -> assertThat(line).contains("TcpExtListenOverflows +3 210 server",
                        "TcpExtTCPSynRetrans +1 180 client"));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200})
    void cutsLinesToTheWidthSoThatNoneWraps(int columns) {
        assertThat(Stream.concat(live(columns, LiveFrameFixture.troubled()).stream(),
                live(columns, LiveFrameFixture.healthy()).stream()))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(columns));
    }

    @Test
    void drawsOverWhatItDrewBefore() {
        LiveView view = new LiveView(writer, new Screen(80, true, true));
        view.show(LiveFrameFixture.healthy());
        int first = printed.toString().length();
        view.show(LiveFrameFixture.troubled());
        String second = printed.toString().substring(first);
        assertThat(second).startsWith("\u001b[10A\r\u001b[2K");
        assertThat(second.split("\n")).hasSize(12);
        view.close();
        assertThat(printed.toString()).endsWith("\u001b[11A\r\u001b[J");
    }

    @Test
    void leavesTheTerminalAloneWhenNothingWasDrawn() {
        new LiveView(writer, new Screen(80, true, true)).close();
        assertThat(printed.toString()).isEmpty();
    }

    @Test
    void printsOneLinePerIntervalWithoutATerminal() {
        PlainProgress progress = new PlainProgress(writer, Screen.plain());
        progress.show(LiveFrameFixture.healthy());
        progress.show(LiveFrameFixture.troubled());
        progress.close();
        List<String> lines = printed.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).isEqualTo("measure   6.00 s    20 341/s  connect p50 12.3 µs  p99 41.0 µs  in flight 64"
                + "      client TIME_WAIT 101 223, ESTABLISHED 41  server ESTABLISHED 44, CLOSE_WAIT 9");
        assertThat(lines.getLast()).contains("counters TcpExtListenDrops +3 210 server")
                .endsWith("failures shed 3 400, refused 12");
        assertThat(printed.toString()).doesNotContain("\u001b");
    }

    private static List<String> live(int columns, LiveFrame frame) {
        StringWriter text = new StringWriter();
        new LiveView(new PrintWriter(text), new Screen(columns, false, true)).show(frame);
        return text.toString().replaceAll("\r|\u001b\\[\\d*[A-Z]", "").lines().filter(line -> !line.isEmpty()).toList();
    }
}
