package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AssertionTest {

    private static final RunResult HEALTHY = RunResultFixture.closedLoop().build();
    private static final RunResult TROUBLED = RunResultFixture.troubled().build();

    @ParameterizedTest
    @ValueSource(strings = {"connect.p99<5ms", "connect.p99.9<5ms", "connect.p999 < 5ms", "connect.p9999<=1s",
        "connect.min>0ns",
        "connect.mean<100us", "connect.count==203412", "failed==0", "shed==0", "refused==0", "close_timed_out==0",
        "still_open==0",
        "server.CLOSE_WAIT.final==0", "server.CLOSE_WAIT.peak==9", "server.CLOSE_WAIT.unaccepted==0",
        "server.TIME_WAIT.peak==0",
        "client.TIME_WAIT.peak>=1000", "rate>20k", "rate<=0.021m", "rate.closes>20k", "counters.server.TcpExtListenDrops==0",
        "counters.client.TcpActiveOpens==203412", "closeHandshake.max<1s", "established>=20", "established!=20",
        "inFlight.max<=64",
        "listenQueue.peak<13", "cpu.clientNsPerConnection<40us", "cpu.clientCores<1"})
    void holdsForAHealthyRun(String expression) {
        AssertionResult result = Assertion.parse(expression).evaluate(HEALTHY);
        assertThat(result.passed()).as(result.message()).isTrue();
        assertThat(result.observed()).isNotNull();
        assertThat(result.expression()).isEqualTo(expression);
    }

    @ParameterizedTest
    @CsvSource({"failed==0,5000", "refused==0,3000", "shed==0,15000", "no_local_port==0,500", "close_timed_out==0,9000",
        "stillOpen==0,1000", "still_open==0,1000", "closeFailed==0,9000", "server.CLOSE_WAIT.final==0,10000",
        "server.CLOSE_WAIT.unaccepted==0,1000", "counters.server.TcpExtListenDrops==0,3210", "rate>20k,18000"})
    void failsForATroubledRunAndTellsWhatWasObserved(String expression, double observed) {
        AssertionResult result = Assertion.parse(expression).evaluate(TROUBLED);
        assertThat(result.passed()).isFalse();
        assertThat(result.observed()).isEqualTo(observed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "timed_out", "kernel_timed_out", "reset", "no_local_port", "no_descriptor", "no_memory",
        "unreachable", "self_connected", "abandoned", "other"})
    void countsEachFailureUnderItsOwnName(String outcome) {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.ledger = RunResultFixture.ledger(8,
                Map.of(Outcome.ESTABLISHED, 1L, Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)), 7L),
                Map.of(CloseOutcome.CLOSED, 1L));
        assertThat(Assertion.parse(outcome + "==7").evaluate(fixture.build()).passed()).isTrue();
    }

    @Test
    void failsForWhatWasNotObservedAndSaysWhy() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.census = null;
        fixture.listenQueue = null;
        RunResult result = fixture.build();
        AssertionResult census = Assertion.parse("server.CLOSE_WAIT.final==0").evaluate(result);
        assertThat(census.passed()).isFalse();
        assertThat(census.observed()).isNull();
        assertThat(census.message()).isEqualTo("the sockets of the server were not observed");
        assertThat(Assertion.parse("listenQueue.peak<10").evaluate(result).passed()).isFalse();
        assertThat(Assertion.parse("wait.p99<1ms").evaluate(result).message()).contains("not observed");
        assertThat(Assertion.parse("counters.shared.TcpExtListenDrops==0").evaluate(result).message()).contains("client",
                "server");
    }

    @Test
    void failsForAPercentileOfTooFewConnections() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.latency.put("connect", LatencySummary.of(RunResultFixture.spread(20, 1_000)));
        AssertionResult result = Assertion.parse("connect.p99<1h").evaluate(fixture.build());
        assertThat(result.passed()).isFalse();
        assertThat(result.message()).contains("needs more connections");
    }

    @Test
    void treatsArrivalsThatNeverGotThereAsInfinitelyLate() {
        AssertionResult below = Assertion.parse("response.p99<1h").evaluate(TROUBLED);
        assertThat(below.passed()).isFalse();
        assertThat(below.observed()).isNull();
        assertThat(below.message()).contains("20000 of 200000 arrivals never got there");
        assertThat(Assertion.parse("response.max>1h").evaluate(TROUBLED).passed()).isTrue();
    }

    @Test
    void tellsTimesInTheSpellingOfTheCommandLine() {
        RunResultFixture fixture = RunResultFixture.closedLoop();
        fixture.cpu = new RunResult.Cpu(31_240.0, 999.0, 0.93, null, 0.0);
        RunResult result = fixture.build();
        assertThat(Assertion.parse("cpu.clientNsPerConnection<1s").evaluate(result).message()).endsWith("was 31.24us");
        assertThat(Assertion.parse("cpu.serverNsPerConnection<1s").evaluate(result).message()).endsWith("was 999ns");
        assertThat(Assertion.parse("rate>1").evaluate(result).message()).endsWith("was 20341.2");
    }

    @ParameterizedTest
    @CsvSource({"connect.p99,NAME OPERATOR VALUE", "connect.p99=5ms,NAME OPERATOR VALUE", "connect.p99<,NAME OPERATOR VALUE",
        "connect.p99<5ms<6ms,NAME OPERATOR VALUE", "'',NAME OPERATOR VALUE", "connect.p42<5ms,p50 p90 p99",
        "conect.p99<5ms,connectFromIntended", "connect.p99<5,is not a duration", "failed==few,is not a count",
        "server.CLOSEWAIT.final==0,CLOSE_WAIT", "server.CLOSE_WAIT.last==0,SIDE.STATE.final",
        "client.CLOSE_WAIT.unaccepted==0,server.CLOSE_WAIT.unaccepted",
        "counters.server.TcpExtListenDorps==0,TcpExtListenDrops",
        "counters.TcpExtListenDrops==0,counters.client.NAME", "nothing==0,established"})
    void refusesWhatCannotBeAskedWithASentenceThatSaysWhatCan(String expression, String hint) {
        assertThatThrownBy(() -> Assertion.parse(expression)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(hint);
    }

    @Test
    void comparesWithEveryOperator() {
        assertThat(holds("established<203412")).isFalse();
        assertThat(holds("established<=203412")).isTrue();
        assertThat(holds("established>203412")).isFalse();
        assertThat(holds("established>=203412")).isTrue();
        assertThat(holds("established==203412")).isTrue();
        assertThat(holds("established!=203412")).isFalse();
    }

    private static boolean holds(String expression) {
        return Assertion.parse(expression).evaluate(HEALTHY).passed();
    }
}
