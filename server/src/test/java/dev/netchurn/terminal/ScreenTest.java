package dev.netchurn.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.WindowSize;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScreenTest {

    @Test
    void hasColoursOnATerminalOnly() {
        assertThat(Screen.of(Map.of(), true, StandardCharsets.UTF_8, WindowSize.UNKNOWN).colours()).isTrue();
        assertThat(Screen.of(Map.of(), false, StandardCharsets.UTF_8, WindowSize.UNKNOWN).colours()).isFalse();
    }

    @Test
    void hasNoColoursWhereTheyAreNotWanted() {
        assertThat(Screen.of(Map.of("NO_COLOR", "1"), true, StandardCharsets.UTF_8, WindowSize.UNKNOWN).colours()).isFalse();
        assertThat(Screen.of(Map.of("NO_COLOR", ""), true, StandardCharsets.UTF_8, WindowSize.UNKNOWN).colours())
                .as("empty means not set")
                .isTrue();
        assertThat(Screen.of(Map.of("TERM", "dumb"), true, StandardCharsets.UTF_8, WindowSize.UNKNOWN).colours()).isFalse();
    }

    @Test
    void takesTheWidthFromTheEnvironmentThenTheTerminalThenEighty() {
        assertThat(Screen.of(Map.of("COLUMNS", "120"), true, StandardCharsets.UTF_8, new WindowSize(50, 90)).columns())
                .isEqualTo(120);
        assertThat(Screen.of(Map.of(), true, StandardCharsets.UTF_8, new WindowSize(50, 90)).columns()).isEqualTo(90);
        assertThat(Screen.of(Map.of("COLUMNS", "wide"), true, StandardCharsets.UTF_8, WindowSize.UNKNOWN).columns())
                .isEqualTo(80);
        assertThat(Screen.of(Map.of("COLUMNS", "3"), true, StandardCharsets.UTF_8, WindowSize.UNKNOWN).columns()).isEqualTo(20);
    }

    @Test
    void keepsToAsciiWhereTheCharsetHasNoMore() {
        Screen ascii = Screen.of(Map.of(), true, StandardCharsets.US_ASCII, WindowSize.UNKNOWN);
        assertThat(ascii.shown("12 µs – ██░░ · …")).isEqualTo("12 us - ##.. - ~");
        assertThat(Screen.plain().shown("12 µs –")).isEqualTo("12 µs –");
    }

    @Test
    void drawsColumnsAndBarsInAsciiToo() {
        Screen ascii = Screen.of(Map.of(), true, StandardCharsets.US_ASCII, WindowSize.UNKNOWN);
        assertThat(ascii.shown("▁▂▃▄▅▆▇█ ▏▍")).isEqualTo("_.:-=+*# ##");
    }

    @Test
    void heightMattersOnATerminalOnly() {
        WindowSize size = new WindowSize(24, 80);
        assertThat(Screen.of(Map.of(), true, StandardCharsets.UTF_8, size).rows()).isEqualTo(24);
        assertThat(Screen.of(Map.of("LINES", "50"), true, StandardCharsets.UTF_8, size).rows()).isEqualTo(50);
        assertThat(Screen.of(Map.of("LINES", "50"), false, StandardCharsets.UTF_8, size).rows()).isZero();
    }
}
