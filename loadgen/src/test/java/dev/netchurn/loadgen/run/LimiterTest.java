package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.RunResult.Cpu;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LimiterTest {

    private final RunResultFixture closed = RunResultFixture.closedLoop();
    private final RunResultFixture open = RunResultFixture.openLoop();

    @Test
    void isTheClientWhoseEventLoopsAreBusy() {
        closed.cpu = new Cpu(1.0, 1.0, 0.93, 0.55, 0.0);
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.CLIENT_CPU);
        assertThat(Limiter.of(closed.build()).sentence())
                .isEqualTo("the client's CPU: its one event loop kept 0.93 cores busy");
    }

    @Test
    void isTheTargetWhoseAcceptorsAreBusy() {
        closed.cpu = new Cpu(1.0, 1.0, 0.60, 0.97, 0.0);
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.SERVER_CPU);
    }

    @Test
    void isTheBusierOfTwoThatAreBothBusy() {
        closed.cpu = new Cpu(1.0, 1.0, 0.90, 0.99, 0.0);
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.SERVER_CPU);
        closed.cpu = new Cpu(1.0, 1.0, 0.99, 0.90, 0.0);
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.CLIENT_CPU);
    }

    @Test
    void isTheMachineWhenBothTogetherFillIt() {
        closed.config.put("loops", 2);
        closed.config.put("acceptors", 2);
        closed.cpu = new Cpu(1.0, 1.0, 1.1, 0.8, 0.0);
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.MACHINE_CPU);
    }

    @Test
    void isTheConcurrencyWhenProcessorsAreIdle() {
        closed.cpu = new Cpu(1.0, 1.0, 0.2, 0.1, 0.0);
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.CONCURRENCY);
    }

    @Test
    void isNotKnownWhenNothingWasSaturated() {
        closed.cpu = new Cpu(null, null, null, null, null);
        closed.config.put("concurrency", "1k");
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.UNKNOWN);
    }

    @Test
    void isNothingWhenTheScheduleWasMet() {
        assertThat(kind(open)).isEqualTo(Limiter.Kind.SCHEDULE);
    }

    @Test
    void isTheBoundOnConnectionsInFlightWhenArrivalsWereShed() {
        open.rate = new RunResult.Rate(20_000.0, 15_000, 15_000);
        open.cpu = new Cpu(1.0, 1.0, 0.2, 0.1, 0.0);
        open.ledger = RunResultFixture.ledger(100, Map.of(Outcome.ESTABLISHED, 70L, Outcome.SHED, 30L),
                Map.of(CloseOutcome.CLOSED, 70L));
        assertThat(kind(open)).isEqualTo(Limiter.Kind.IN_FLIGHT);
    }

    @Test
    void isTheClientWhenAMissedScheduleFoundItBusy() {
        open.rate = new RunResult.Rate(20_000.0, 15_000, 15_000);
        assertThat(kind(open)).isEqualTo(Limiter.Kind.CLIENT_CPU);
    }

    @Test
    void isTheShortageOfPortsBeforeAnyProcessor() {
        closed.ledger = RunResultFixture.ledger(10, Map.of(Outcome.ESTABLISHED, 3L, Outcome.NO_LOCAL_PORT, 7L),
                Map.of(CloseOutcome.CLOSED, 3L));
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.LOCAL_PORTS);
    }

    @Test
    void isTheShortageOfDescriptorsBeforeAnyProcessor() {
        closed.ledger = RunResultFixture.ledger(10, Map.of(Outcome.ESTABLISHED, 3L, Outcome.NO_DESCRIPTOR, 7L),
                Map.of(CloseOutcome.CLOSED, 3L));
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.DESCRIPTORS);
    }

    @Test
    void isTheAcceptQueueWhenItOverflowed() {
        closed.counters.put("server", Map.of("TcpExtListenOverflows", 12L));
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.ACCEPT_QUEUE);
        assertThat(Limiter.of(closed.build()).sentence()).contains("of 4096", "12 times");
    }

    @Test
    void isTheTargetWhenNothingWasEstablished() {
        closed.ledger = RunResultFixture.ledger(10, Map.of(Outcome.REFUSED, 10L), Map.of());
        assertThat(kind(closed)).isEqualTo(Limiter.Kind.TARGET);
    }

    private static Limiter.Kind kind(RunResultFixture fixture) {
        return Limiter.of(fixture.build()).kind();
    }
}
