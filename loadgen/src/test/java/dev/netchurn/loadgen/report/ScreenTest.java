package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ScreenTest {

    @Test
    void hasColoursOnATerminalOnly() {
        assertThat(Screen.of(Map.of(), true, StandardCharsets.UTF_8, 0).colours()).isTrue();
        assertThat(Screen.of(Map.of(), false, StandardCharsets.UTF_8, 0).colours()).isFalse();
    }

    @Test
    void hasNoColoursWhereTheyAreNotWanted() {
        assertThat(Screen.of(Map.of("NO_COLOR", "1"), true, StandardCharsets.UTF_8, 0).colours()).isFalse();
        assertThat(Screen.of(Map.of("NO_COLOR", ""), true, StandardCharsets.UTF_8, 0).colours()).as("empty means not set")
                .isTrue();
        assertThat(Screen.of(Map.of("TERM", "dumb"), true, StandardCharsets.UTF_8, 0).colours()).isFalse();
    }

    @Test
    void takesTheWidthFromTheEnvironmentThenTheTerminalThenEighty() {
        assertThat(Screen.of(Map.of("COLUMNS", "120"), true, StandardCharsets.UTF_8, 90).columns()).isEqualTo(120);
        assertThat(Screen.of(Map.of(), true, StandardCharsets.UTF_8, 90).columns()).isEqualTo(90);
        assertThat(Screen.of(Map.of("COLUMNS", "wide"), true, StandardCharsets.UTF_8, 0).columns()).isEqualTo(80);
        assertThat(Screen.of(Map.of("COLUMNS", "3"), true, StandardCharsets.UTF_8, 0).columns()).isEqualTo(20);
    }

    @Test
    void keepsToAsciiWhereTheCharsetHasNoMore() {
        Screen ascii = Screen.of(Map.of(), true, StandardCharsets.US_ASCII, 0);
        assertThat(ascii.shown("12 µs – ██░░ · …")).isEqualTo("12 us - ##.. - ~");
        assertThat(Screen.plain().shown("12 µs –")).isEqualTo("12 µs –");
    }

    @ParameterizedTest
    @CsvSource({"'50 203\n',203", "'24 80',80", "'0 0',0", "'',0", "'stty: no tty',0"})
    void readsTheWidthThatSttyPrints(String text, int columns) {
        assertThat(TerminalSize.parse(text)).isEqualTo(columns);
    }
}
