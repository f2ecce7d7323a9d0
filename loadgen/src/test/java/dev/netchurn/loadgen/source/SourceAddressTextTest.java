package dev.netchurn.loadgen.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SourceAddressTextTest {

    @Test
    void readsSingleAddresses() {
        assertThat(parse("10.0.0.1")).containsExactly("10.0.0.1");
        assertThat(parse("10.0.0.1,fd00::2")).containsExactly("10.0.0.1", "fd00:0:0:0:0:0:0:2");
    }

    @Test
    void readsRanges() {
        assertThat(parse("127.0.0.254-127.0.1.1")).containsExactly("127.0.0.254", "127.0.0.255", "127.0.1.0", "127.0.1.1");
        assertThat(parse("10.0.0.7-10.0.0.7")).containsExactly("10.0.0.7");
        assertThat(parse("fd00::ffff-fd00::1:1")).containsExactly("fd00:0:0:0:0:0:0:ffff", "fd00:0:0:0:0:0:1:0",
                "fd00:0:0:0:0:0:1:1");
        assertThat(parse("200.0.0.1-200.0.0.2")).containsExactly("200.0.0.1", "200.0.0.2");
        assertThat(parse("0.0.0.1-0.0.0.2")).containsExactly("0.0.0.1", "0.0.0.2");
    }

    @Test
    void leavesTheEdgesOfAnIpv4NetworkOut() {
        assertThat(parse("10.0.1.0/30")).containsExactly("10.0.1.1", "10.0.1.2");
        assertThat(parse("10.0.1.77/28")).hasSize(14).startsWith("10.0.1.65").endsWith("10.0.1.78");
        assertThat(parse("10.0.0.0/20")).hasSize(4094);
    }

    @Test
    void keepsTheEdgesWhereTheyAreOrdinary() {
        assertThat(parse("10.0.1.0/31")).containsExactly("10.0.1.0", "10.0.1.1");
        assertThat(parse("10.0.1.9/32")).containsExactly("10.0.1.9");
        assertThat(parse("fd00::/126")).hasSize(4);
        assertThat(parse("fd00::9/128")).containsExactly("fd00:0:0:0:0:0:0:9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "10.0.0.1,", "10.0.0", "10.0.0.256", "example.org", "10.0.0.5-10.0.0.4", "10.0.0.1-",
        "-10.0.0.1",
        "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/x", "fd00::/129", "/24"})
    void rejectsWhatNamesNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SourceAddressText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "fd00::/64", "::/0", "10.0.0.0-10.255.0.0", "10.0.0.0/20,10.1.0.0/20"})
    void rejectsMoreThanCanBeUsed(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SourceAddressText.parse(text)).withMessageContaining("4096");
    }

    @Test
    void rejectsARangeFromOneFamilyToTheOther() {
        assertThatIllegalArgumentException().isThrownBy(() -> SourceAddressText.parse("::1-0.0.0.5"))
                .withMessageContaining("address family");
        assertThatIllegalArgumentException().isThrownBy(() -> SourceAddressText.parse("0.0.0.1-::5"))
                .withMessageContaining("address family");
    }

    private static List<String> parse(String text) {
        return SourceAddressText.parse(text).stream().map(InetAddress::getHostAddress).toList();
    }
}
