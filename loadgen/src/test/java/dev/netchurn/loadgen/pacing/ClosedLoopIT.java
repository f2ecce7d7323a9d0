package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(30)
class ClosedLoopIT {

    @Parameter
    private Engine engine;

    private TestPlan against(Endpoint... targets) {
        return TestPlan.against(targets).engine(engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"graceful", "fin", "rst"})
    void makesExactlyAsManyConnectionsAsAsked(String closeText) {
        ClientClose close = ClientClose.parse(closeText);
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(
                    against(target.endpoint()).close(close).connections(20).concurrency(1).make());

            assertThat(load.measured().scheduled()).isEqualTo(20);
            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(20);
            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            assertThat(load.measured().clientFirst()).isEqualTo(20);
            assertThat(load.count(LatencyKind.CONNECT)).isEqualTo(20);
            assertThat(load.count(LatencyKind.CLOSE_CALL)).isEqualTo(20);
            assertThat(load.count(LatencyKind.CLOSE_HANDSHAKE)).isEqualTo(close instanceof ClientClose.Graceful ? 20 : 0);
            assertThat(load.count(LatencyKind.RESPONSE)).isEqualTo(close instanceof ClientClose.Graceful ? 20 : 0);
            assertThat(load.count(LatencyKind.WAIT)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(ConnectionPlan.Eager.class)
    void dividesTheConnectionsAmongEventLoops(ConnectionPlan.Eager eager) {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(against(target.endpoint())
                    .loops(3).concurrency(7).connections(100).eager(eager).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(100);
            assertThat(load.last().loopCpuNs()).hasSize(3);
            boolean asksAtOnce = engine == Engine.EPOLL && eager != ConnectionPlan.Eager.OFF;
            assertThat(load.measured().notEager()).isEqualTo(asksAtOnce ? 0 : 100);
            assertThat(load.measured().eagerHits()).isEqualTo(asksAtOnce ? 100 : 0);
        }
    }

    @Test
    void usesNoMoreEventLoopsThanConnectionsAtATime() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(
                    against(target.endpoint()).loops(4).concurrency(1).connections(20).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            assertThat(load.last().loopCpuNs()).hasSize(1);
        }
    }

    @Test
    void keepsTheWarmUpOutOfTheMeasurement() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(
                    against(target.endpoint()).times(200, 5000).connections(50).make());

            assertThat(load.measured().scheduled()).isEqualTo(50);
            assertThat(load.warmup().scheduled()).isGreaterThan(50);
            assertThat(load.count(LatencyKind.CONNECT)).isEqualTo(50);
        }
    }

    @Test
    void waitsForTheServerWhereTheServerClosesFirst() {
        try (TestTarget target = TestTarget.on(TestTarget.FIRST)) {
            FinishedLoad load = FinishedLoad.of(
                    against(target.endpoint()).close(new ClientClose.Peer()).connections(50).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(50);
            assertThat(load.measured().serverFirst()).isEqualTo(50);
            assertThat(load.count(LatencyKind.PEER_CLOSE)).isEqualTo(50);
            assertThat(load.count(LatencyKind.RESPONSE)).isEqualTo(50);
        }
    }

    @Test
    void leavesConnectionsOpenThatAreNeverClosed() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            FinishedLoad load = FinishedLoad.of(
                    against(target.endpoint()).close(new ClientClose.Never()).connections(50).concurrency(2).make());

            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(50);
            assertThat(load.of(CloseOutcome.STILL_OPEN)).isEqualTo(50);
        }
    }

    @ParameterizedTest
    @EnumSource(ConnectionPlan.Eager.class)
    void connectsByIpv6(ConnectionPlan.Eager eager) {
        try (TestTarget target = TestTarget.on("::1", TestTarget.AFTER_CLIENT)) {
            FinishedLoad load =
                    FinishedLoad.of(against(target.endpoint()).connections(20).eager(eager).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
        }
    }

    @Test
    void rotatesThroughTheTargets() {
        try (TestTarget one = TestTarget.on("127.0.0.2", TestTarget.AFTER_CLIENT);
                TestTarget other = TestTarget.on("127.0.0.3", TestTarget.AFTER_CLIENT)) {
            FinishedLoad load =
                    FinishedLoad.of(against(one.endpoint(), other.endpoint()).connections(40).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(40);
            assertThat(one.accepted()).isEqualTo(20);
            assertThat(other.accepted()).isEqualTo(20);
        }
    }

    @Test
    void holdsAConnectionAsLongAsAsked() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(against(target.endpoint())
                    .close(new ClientClose.Fin()).holdMs(100).connections(10).concurrency(10).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(10);
            assertThat(load.last().measureEndNs()).isPositive();
            assertThat(load.last().atNs() - load.last().firstStartNs()).isGreaterThan(100_000_000L);
        }
    }
}
