package dev.netchurn.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.CensusSummary;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.RunResultFixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class NextCommandTest {

    @Test
    void isAnOpenLoopAtEightyPercentAfterAClosedLoop() {
        assertThat(command(RunResultFixture.closedLoop())).isEqualTo("./netchurn run --rate 16.2k");
    }

    @Test
    void isLongEnoughForTimeWaitAfterAScheduleThatWasMet() {
        assertThat(command(RunResultFixture.openLoop())).isEqualTo("./netchurn run --rate 20k --duration 2m");
    }

    @Test
    void isAQuarterFasterOnceTimeWaitHasItsLevel() {
        RunResultFixture fixture = RunResultFixture.openLoop();
        fixture.census = new CensusSummary(Map.of(), Map.of(), 130, false);
        assertThat(command(fixture)).isEqualTo("./netchurn run --rate 25k");
    }

    @Test
    void isBelowWhatWasReachedAfterAScheduleThatWasMissed() {
        RunResultFixture fixture = RunResultFixture.openLoop();
        fixture.rate = new RunResult.Rate(20_000.0, 10_000, 10_000);
        assertThat(command(fixture)).isEqualTo("./netchurn run --rate 8k");
    }

    @Test
    void isADryRunWhenNothingWasEstablished() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.ledger = RunResultFixture.ledger(10, Map.of(Outcome.REFUSED, 10L), Map.of());
        assertThat(command(fixture)).isEqualTo("./netchurn run --dry-run");
    }

    @Test
    void keepsTheFlagsThatSayWhatIsMeasured() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.config.put("topology", "loopback");
        fixture.config.put("close", "rst");
        fixture.config.put("family", 6);
        fixture.config.put("sysctl", List.of("net.ipv4.tcp_tw_reuse=1", "client:net.ipv4.ip_local_port_range=1024 2000"));
        assertThat(command(fixture)).isEqualTo("./netchurn run --topology loopback --close rst --sysctl net.ipv4.tcp_tw_reuse=1"
                + " --sysctl 'client:net.ipv4.ip_local_port_range=1024 2000' --family 6 --rate 16.2k");
    }

    @Test
    void quotesWhatAShellWouldTakeApart() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.config.put("target", "it's;here");
        assertThat(command(fixture)).contains("--target 'it'\\''s;here'");
    }

    @ParameterizedTest
    @CsvSource({"16272.96,16.2k", "16000,16k", "8000,8k", "999,999", "123456,123k", "1500000,1.5m", "0.5,0.5", "20000,20k",
        "0.001,0.01"})
    void roundsRatesDownToThreeDigits(double perSecond, String text) {
        assertThat(NextCommand.rate(perSecond)).isEqualTo(text);
    }

    private static String command(RunResultFixture fixture) {
        return NextCommand.of(fixture.build()).command();
    }
}
