package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only with literal addresses: no name is looked up. */
@Timeout(30)
class TargetResolutionTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.0.9", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.3.4",
        "169.254.1.1",
        "fe80::1", "fc00::1", "fd12:3456::1"})
    void loadsTheUsersOwnSurroundingsFreely(String address) throws RunRefused {
        assertThat(TargetResolution.isOwnSurroundings(InetAddress.ofLiteral(address))).isTrue();
        String host = address.contains(":") ? "[" + address + "]" : address;
        assertThat(TargetResolution.resolve(new TargetRequest.External(List.of(host + ":80"), List.of(), false)))
                .containsExactly(new Endpoint(InetAddress.ofLiteral(address), 80));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.15.255.255", "172.32.0.1", "192.167.1.1", "100.64.0.1", "198.51.100.7",
        "[2001:db8::1]", "[fe00::1]",
        "[::ffff:8.8.8.8]"})
    void refusesAPublicAddressThatNobodyOwns(String host) {
        RunRefused refused = refused(host + ":80", List.of(), true);
        assertThat(refused.why()).isEqualTo(RunRefused.Cause.ENVIRONMENT);
        assertThat(refused).hasMessageContaining("--i-own-target " + host);
    }

    @Test
    void refusesAPublicAddressThatIsOnlyOwnedUnderAnotherName() {
        assertThat(refused("8.8.8.8:80", List.of("8.8.4.4"), true).why()).isEqualTo(RunRefused.Cause.ENVIRONMENT);
    }

    @Test
    void wantsAnExplicitLoadForAPublicAddress() {
        assertThat(refused("198.51.100.7:80", List.of("198.51.100.7"), false)).hasMessageContaining("--rate or --concurrency");
    }

    @Test
    void loadsAPublicAddressThatTheUserOwns() throws RunRefused {
        assertThat(
                TargetResolution.resolve(new TargetRequest.External(List.of("198.51.100.7:80"), List.of("198.51.100.7"), true)))
                .hasSize(1);
        assertThat(
                TargetResolution.resolve(new TargetRequest.External(List.of("[2001:db8::1]:80"), List.of("2001:db8::1"), true)))
                .hasSize(1);
        assertThat(TargetResolution
                .resolve(new TargetRequest.External(List.of("[2001:db8::1]:80"), List.of("[2001:db8::1]"), true))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:http",
        "127.0.0.1:-1",
        "::1:80", "[::1]", "[::1]80", "[::1:80", "fe80::1"})
    void callsAMalformedTargetAMistakeOfUsage(String hostPort) {
        assertThat(refused(hostPort, List.of(), true).why()).isEqualTo(RunRefused.Cause.USAGE);
    }

    private static RunRefused refused(String hostPort, List<String> owned, boolean loadGiven) {
        return catchThrowableOfType(RunRefused.class,
                () -> TargetResolution.resolve(new TargetRequest.External(List.of(hostPort), owned, loadGiven)));
    }
}
