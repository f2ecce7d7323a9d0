package dev.netchurn.loadgen.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class NearestNameTest {

    private static final List<String> NAMES = List.of("three-way-handshake", "four-segment-close", "linger-zero");

    @ParameterizedTest
    @CsvSource({"tree-way-handshake, three-way-handshake", "linger-zer, linger-zero", "handshake, three-way-handshake",
        "four-segments-close, four-segment-close", "thre-way, three-way-handshake"})
    void findsWhatWasMeant(String typed, String meant) {
        assertThat(NearestName.of(typed, NAMES)).contains(meant);
    }

    @Test
    void doesNotGuessWildly() {
        assertThat(NearestName.of("quic", NAMES)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', abc, 3", "abc, abc, 0", "kitten, sitting, 3"})
    void countsChanges(String a, String b, int changes) {
        assertThat(NearestName.distance(a, b)).isEqualTo(changes);
    }
}
