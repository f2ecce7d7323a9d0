package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class PeerTest {

    @ParameterizedTest
    @CsvSource({"10.0.0.7:5432, 5432, 10.0.0.7:5432", "10.0.0.7, 0, 10.0.0.7", "localhost:80, 80, 127.0.0.1:80",
        "[fd00::1]:443, 443, [fd00:0:0:0:0:0:0:1]:443", "[fd00::1], 0, [fd00:0:0:0:0:0:0:1]"})
    void isAHostWithOrWithoutAPort(String text, int port, String shown) {
        assertThat(Peer.parse(text).port()).isEqualTo(port);
        assertThat(Peer.parse(text).text()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":80", "fd00::1", "10.0.0.7:", "10.0.0.7:0", "10.0.0.7:65536", "[fd00::1", "a b"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Peer.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'");
    }
}
