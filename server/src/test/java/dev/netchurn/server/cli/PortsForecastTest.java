package dev.netchurn.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.netchurn.kernel.PeerUsage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PortsForecastTest {

    private static final int ALL = 28_232;
    private static final long TEN_SECONDS_NS = 10_000_000_000L;

    @Test
    void portsOfConnectionsThatStayOpenOnlyAddUp() {
        PortsForecast forecast = PortsForecast.of(usage(1_000, 0), usage(2_000, 0), TEN_SECONDS_NS, false);
        assertThat(forecast.growthPerSecond()).isEqualTo(100);
        assertThat(forecast.secondsLeft()).isCloseTo(262.3, within(0.1));
        assertThat(forecast.text()).isEqualTo("4 min");
    }

    @Test
    void portsInTimeWaitLevelOffAtAMinuteOfThem() {
        PortsForecast forecast = PortsForecast.of(usage(1_020, 1_000), usage(4_020, 4_000), TEN_SECONDS_NS, false);
        assertThat(forecast.secondsLeft()).isNull();
        assertThat(forecast.level()).isEqualTo(300 * 60 + 20);
        assertThat(forecast.text()).isEqualTo("not at this rate: levels off near 18020");
    }

    @Test
    void moreThanAMinuteOfTimeWaitFindsNoPort() {
        PortsForecast forecast = PortsForecast.of(usage(5_000, 5_000), usage(11_000, 11_000), TEN_SECONDS_NS, false);
        assertThat(forecast.level()).isNull();
        assertThat(forecast.secondsLeft()).isCloseTo((ALL - 11_000) / 600.0, within(0.01));
    }

    @Test
    void timeWaitThatIsReusedUsesNoPortUp() {
        assertThat(PortsForecast.of(usage(5_000, 5_000), usage(11_000, 11_000), TEN_SECONDS_NS, true).text())
                .isEqualTo("not at this rate");
        assertThat(PortsForecast.of(usage(ALL, ALL), usage(ALL, ALL), TEN_SECONDS_NS, true).secondsLeft()).isNull();
    }

    @Test
    void noneLeftIsSaidAtOnceAndSteadyUseIsNoDanger() {
        assertThat(PortsForecast.of(null, usage(ALL, 0), 1, false).text()).isEqualTo("now: connect() fails with EADDRNOTAVAIL");
        assertThat(PortsForecast.of(null, usage(5, 0), 1, false).text()).isEqualTo("–");
        assertThat(PortsForecast.of(usage(500, 300), usage(501, 300), TEN_SECONDS_NS, false).text())
                .isEqualTo("not at this rate");
    }

    private static PeerUsage usage(int inUse, int inTimeWaitOnly) {
        return new PeerUsage(Map.of(), inUse, inTimeWaitOnly, ALL - inUse);
    }
}
