package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Literal bytes as people write them, and exchanges of such. */
class EscapedTextTest {

    @Test
    void readsEveryEscape() {
        assertThat(EscapedText.parse("a\\r\\n\\t\\0\\\\\\xfF:é").bytes())
                .containsExactly('a', '\r', '\n', '\t', 0, '\\', 0xff, ':', 0xc3, 0xa9);
    }

    @Test
    void equalBytesAreEqualTexts() {
        assertThat(EscapedText.parse("\\x41\n\\x0a")).isEqualTo(EscapedText.parse("A\\n\n"));
        assertThat(EscapedText.parse("\\x41\n").text()).isEqualTo("A\\n");
    }

    @Test
    void readsAnyBytesThatItWrites() {
        SplittableRandom random = new SplittableRandom(20_261_125);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            String text = EscapedText.encode(bytes, 0, bytes.length);
            assertThat(text).matches("[ -~]*");
            assertThat(EscapedText.parse(text).bytes()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\q", "a\\", "\\x", "\\x1", "\\xg0", "\\x0", "\\R"})
    void rejectsWhatIsNoEscape(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EscapedText.parse(text))
                .withMessageContaining("is not an escape");
    }

    @Test
    void rejectsMoreThan64KiB() {
        assertThat(EscapedText.parse("x".repeat(65_536)).bytes()).hasSize(65_536);
        assertThatIllegalArgumentException().isThrownBy(() -> EscapedText.parse("x".repeat(65_537)))
                .withMessageContaining("at most 64 KiB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"none", "request:1:2", "literal:PING\\r\\n:+PONG\\r\\n", "literal::220 ready: go", "literal:a\\x3ab:",
                "literal:\\xff:\\0"})
    void readsEveryExchangeThatItWrites(String text) {
        Exchange exchange = Exchange.parse(text);
        assertThat(exchange.text()).isEqualTo(text);
        assertThat(Exchange.parse(exchange.text())).isEqualTo(exchange);
    }

    @Test
    void keepsColonsOnBothSides() {
        Exchange exchange = Exchange.ofFlags("none", "a:b", "c:d");
        assertThat(Exchange.parse(exchange.text())).isEqualTo(exchange);
    }

    @Test
    void namesTheFlagThatIsWrong() {
        assertThatIllegalArgumentException().isThrownBy(() -> Exchange.ofFlags("none", "a", "\\y"))
                .withMessageStartingWith("--expect: '\\y' is not an escape");
        assertThatIllegalArgumentException().isThrownBy(() -> Exchange.ofFlags("none", "", null))
                .withMessageStartingWith("--payload: an exchange needs at least 1 byte");
        assertThatIllegalArgumentException().isThrownBy(() -> Exchange.ofFlags("request:1:1", null, "a"))
                .withMessageStartingWith("--exchange sends so many bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> Exchange.ofFlags("request", null, null))
                .withMessageStartingWith("--exchange: 'request' is not an exchange");
    }
}
