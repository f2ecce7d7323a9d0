package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCloseTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"after-client", "delay:1500ms", "first", "rst", "rst-after-client", "half-close:1", "half-close:4096",
                "leak:1", "leak:0.5", "leak:0.000000001", "never", "no-accept"})
    void readsWhatItWrites(String text) {
        assertThat(ServerClose.parse(text).text()).isEqualTo(text);
    }

    @Test
    void readsSizesAndSharesInAnyForm() {
        assertThat(ServerClose.parse("half-close:4KiB")).isEqualTo(new ServerClose.HalfClose(4096));
        assertThat(ServerClose.parse("leak:.250")).isEqualTo(new ServerClose.Leak(250_000_000));
        assertThat(ServerClose.parse("leak:1.0")).isEqualTo(new ServerClose.Leak(1_000_000_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"leak:", "leak:0", "leak:0.0", "leak:2", "leak:1.1", "leak:-0.1", "leak:NaN", "leak:1e-3", "leak:5%",
                "leak:0.0000000001", "leak:1/3"})
    void rejectsWhatIsNoShare(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ServerClose.parse(text))
                .withMessageContaining("share that can leak");
    }

    @ParameterizedTest
    @ValueSource(strings = {"half-close:0", "half-close:-1", "half-close:", "half-close:2048MiB", "half-close:many"})
    void rejectsAHalfCloseOfNoOrAbsurdSize(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ServerClose.parse(text));
    }

    /** Also where binary floating point would lose one: 0.29 × 100 is 28.999999999999996. */
    @ParameterizedTest
    @CsvSource({"0.29,100,29", "0.1,30,3", "0.5,1,0", "0.5,2,1", "1,7,7", "0.333333333,1000,333", "0.000000001,1000,0"})
    void leaksExactlyItsShareOfAnyNumber(String fraction, int closed, int leaked) {
        Conduct conduct = Conduct.of(ServerClose.parse("leak:" + fraction), new Exchange.None());
        Leaks leaks = new Leaks(conduct.leakedPerBillion());
        int count = 0;
        for (int i = 0; i < closed; i++) {
            count += leaks.takesNext() ? 1 : 0;
        }
        assertThat(count).isEqualTo(leaked);
    }
}
