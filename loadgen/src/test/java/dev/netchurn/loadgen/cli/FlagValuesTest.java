package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.netchurn.kernel.CensusMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantities, and how flags complain about them. */
@Timeout(30)
class FlagValuesTest {

    @ParameterizedTest
    @CsvSource({"500,500", "20k,20000", "1.5m,1500000", "0.1,0.1", "2K,2000", "3M,3000000", "0,0", "0.001k,1"})
    void readsRates(String text, double rate) {
        assertThat(Quantity.rate(text)).isEqualTo(rate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "+1", "1e3", "1.", ".5", "1 k", "1kk", "1g", "NaN", "1,5", "9999999999999"})
    void rejectsWhatIsNoRate(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Quantity.rate(text)).withMessageContaining("not a rate");
    }

    @Test
    void readsWholeCountsWithinBounds() {
        assertThat(Quantity.count("0.5k", 1, 1_000)).isEqualTo(500);
        assertThat(Quantity.count("1", 1, 1)).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> Quantity.count("0", 1, 10))
                .withMessageContaining("between 1 and 10");
        assertThatIllegalArgumentException().isThrownBy(() -> Quantity.count("11", 1, 10))
                .withMessageContaining("between 1 and 10");
        assertThatIllegalArgumentException().isThrownBy(() -> Quantity.count("1.5", 1, 10))
                .withMessageContaining("whole number");
        assertThatIllegalArgumentException().isThrownBy(() -> Quantity.count("x", 1, 10));
    }

    @Test
    void namesTheFlagInEveryComplaint() {
        assertThatIllegalArgumentException().isThrownBy(() -> Flag.count("--loops", "65", 1, 64))
                .withMessageStartingWith("--loops: ");
        assertThatIllegalArgumentException().isThrownBy(() -> Flag.ns("--drain", "5")).withMessageStartingWith("--drain: ");
        assertThatIllegalArgumentException().isThrownBy(() -> Flag.positiveNs("--duration", "0s"))
                .withMessageStartingWith("--duration: ");
        assertThatIllegalArgumentException().isThrownBy(() -> Flag.choice("--census", "some", CensusMode.class))
                .withMessage("--census: 'some' is none of auto, full, counts");
    }

    @Test
    void readsDurationsAndChoices() {
        assertThat(Flag.ns("--drain", "0s")).isZero();
        assertThat(Flag.positiveNs("--duration", "1.5s")).isEqualTo(1_500_000_000L);
        assertThat(Flag.choice("--census", "counts", CensusMode.class)).isEqualTo(CensusMode.COUNTS);
        assertThatIllegalArgumentException().isThrownBy(() -> Flag.choice("--census", "COUNTS", CensusMode.class));
    }
}
