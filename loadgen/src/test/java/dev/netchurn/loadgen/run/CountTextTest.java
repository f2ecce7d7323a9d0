package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class CountTextTest {

    @ParameterizedTest
    @CsvSource({"0,0", "500,500", "20k,20000", "1.5m,1500000", "0.5,0.5"})
    void readsNumbersAsPeopleWriteThem(String text, double value) {
        assertThat(CountText.parse(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1e3", "20K", "5 k", "1.k", "99999999999999999999"})
    void refusesAnythingElseWithAnExample(String text) {
        assertThatThrownBy(() -> CountText.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20k");
    }
}
