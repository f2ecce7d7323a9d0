package dev.netchurn.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FiguresTest {

    @ParameterizedTest
    @CsvSource({"0,0", "999,999", "1000,1 000", "12345,12 345", "1234567,1 234 567", "-5000,-5 000"})
    void groupsCountsByThree(long count, String text) {
        assertThat(Figures.count(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 ns", "1,1 ns", "999,999 ns", "999.6,1.00 µs", "1000,1.00 µs", "12345,12.3 µs", "99949,99.9 µs",
        "99950,100 µs",
        "999499,999 µs", "999500,1.00 ms", "1020000000,1.02 s", "61200000000,61.2 s", "900000000000,15 min"})
    void tellsTimesInThreeDigits(double ns, String text) {
        assertThat(Figures.time(ns)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0/s", "12.34,12.3/s", "100,100/s", "20341.2,20 341/s"})
    void tellsRatesInFull(double rate, String text) {
        assertThat(Figures.rate(rate)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"500,500/s", "999.4,999/s", "999.6,1.00k/s", "20341,20.3k/s", "999499,999k/s", "999600,1.00m/s",
        "1500000,1.50m/s"})
    void tellsRatesInThreeDigits(double rate, String text) {
        assertThat(Figures.shortRate(rate)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 %", "0.021,2.1 %", "0.97,97 %", "1,100 %"})
    void tellsShares(double share, String text) {
        assertThat(Figures.percent(share)).isEqualTo(text);
    }

    @Test
    void putsADashWhereNothingWasObserved() {
        assertThat(Figures.time((Number) null)).isEqualTo("–");
        assertThat(Figures.count((Long) null)).isEqualTo("–");
        assertThat(Figures.cores(null)).isEqualTo("–");
    }

    @Test
    void doesNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(Figures.time(12_345)).isEqualTo("12.3 µs");
            assertThat(Figures.count(12_345)).isEqualTo("12 345");
        } finally {
            Locale.setDefault(before);
        }
    }
}
