package dev.netchurn.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DurationTextTest {

    private static final long DAY_NS = Duration.ofHours(24).toNanos();

    @ParameterizedTest
    @CsvSource({"250us,250000", "500ms,500000000", "10s,10000000000", "2m,120000000000", "1h,3600000000000", "1.5s,1500000000",
        "7ns,7",
        "0s,0", "24h,86400000000000"})
    void readsANumberWithAUnit(String text, long ns) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofNanos(ns));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "1 s", "1d", "1e3s", "1.s", ".5s", "1S", "1s1", "24.1h", "86401s",
        "99999999999999999999h"})
    void rejectsEverythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DurationText.parse(text)).withMessageContaining("'" + text + "'");
    }

    @Test
    void readsWhatItWrites() {
        SplittableRandom random = new SplittableRandom(20_260_301);
        long[] units = {1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L};
        for (int i = 0; i < 100_000; i++) {
            long unit = units[random.nextInt(units.length)];
            Duration duration = Duration.ofNanos(random.nextLong(DAY_NS / unit + 1) * unit);
            assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
        }
    }
}
