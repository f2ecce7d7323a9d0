package dev.netchurn.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes and endpoints as people write them. */
@Timeout(30)
class TextFormsTest {

    @ParameterizedTest
    @CsvSource({"0,0", "64,64", "64B,64", "4KiB,4096", "1MiB,1048576", "1024MiB,1073741824", "1073741824,1073741824"})
    void readsSizes(String text, int bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5KiB", "1kb", "1GiB", "KiB", "1 KiB", "1025MiB", "1073741825", "9999999999MiB",
        "99999999999"})
    void rejectsWhatIsNoSizeUpToAGibibyte(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(text)).withMessageContaining("'" + text + "'");
    }

    @Test
    void readsEndpoints() {
        assertThat(Endpoint.parse("10.1.2.3:80")).isEqualTo(new Endpoint(InetAddress.ofLiteral("10.1.2.3"), 80));
        assertThat(Endpoint.parse("[fd00::1]:65535")).isEqualTo(new Endpoint(InetAddress.ofLiteral("fd00::1"), 65_535));
        assertThat(Endpoint.parse("[fd00::1]:1").isIpv6()).isTrue();
        assertThat(Endpoint.parse("0.0.0.0:0").isIpv6()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", ":80", "10.1.2.3", "10.1.2.3:", "10.1.2.3:x", "10.1.2.3:65536", "10.1.2.3:-1", "localhost:80",
                "[fd00::1:80", "[]:80", "10.1.2.300:80"})
    void rejectsWhatIsNoEndpoint(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.parse(text));
    }

    @Test
    void readsEveryEndpointThatItWrites() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(20_260_301);
        for (int i = 0; i < 10_000; i++) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            Endpoint endpoint = new Endpoint(InetAddress.getByAddress(address), random.nextInt(65_536));
            assertThat(Endpoint.parse(endpoint.text())).isEqualTo(endpoint);
        }
    }
}
