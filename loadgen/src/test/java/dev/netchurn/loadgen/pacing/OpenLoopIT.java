package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.ArrivalPlan.Spacing;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class OpenLoopIT {

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void schedulesExactlyRateTimesDuration(int loops) {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(
                    TestPlan.against(target.endpoint()).loops(loops).rate(500).times(100, 400).make());

            assertThat(load.warmup().scheduled()).isEqualTo(50);
            assertThat(load.measured().scheduled()).isEqualTo(200);
            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(200);
            assertThat(load.count(LatencyKind.WAIT)).isEqualTo(200);
            assertThat(load.count(LatencyKind.CONNECT_FROM_INTENDED)).isEqualTo(200);
            assertThat(load.count(LatencyKind.RESPONSE)).isEqualTo(200);
        }
    }

    /** One is started and never ends; the others are due, each at its time, and find no place. */
    @Test
    void losesNoneOfTenMillionArrivals() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).rate(5_000_000).times(0, 2000)
                    .maxInFlight(1, LoadPlan.Overload.SHED).make());

            assertThat(load.measured().scheduled()).isEqualTo(10_000_000);
            assertThat(load.of(Outcome.SHED)).isEqualTo(9_999_999);
            assertThat(load.last().measureEndNs() - load.last().firstStartNs()).as("ends no sooner than the last was due")
                    .isGreaterThan(1_990_000_000L);
        }
    }

    @Test
    void endsAfterTheConnectionsThatWereAskedFor() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(
                    TestPlan.against(target.endpoint()).loops(3).rate(1000).times(50, 10_000).connections(100).make());

            assertThat(load.measured().scheduled()).isEqualTo(100);
            assertThat(load.last().measureEndNs() - load.last().firstStartNs()).isLessThan(2_000_000_000L);
        }
    }

    @Test
    void rampsAndPoissonArrivalsComeToTheirIntegral() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad ramp = FinishedLoad.of(TestPlan.against(target.endpoint())
                    .open(new ArrivalPlan.OpenLoop(100, 900, Spacing.CONSTANT, 1)).times(0, 400).make());
            FinishedLoad poisson = FinishedLoad.of(TestPlan.against(target.endpoint())
                    .open(new ArrivalPlan.OpenLoop(1000, 1000, Spacing.POISSON, 1)).times(0, 400).make());

            assertThat(ramp.measured().scheduled()).isEqualTo(200);
            assertThat(poisson.measured().scheduled()).isBetween(320L, 480L);
        }
    }

    @Test
    void shedsWhatFindsNoPlace() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).rate(500).times(0, 400)
                    .maxInFlight(10, LoadPlan.Overload.SHED).make());

            assertThat(load.measured().scheduled()).isEqualTo(200);
            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(10);
            assertThat(load.of(Outcome.SHED)).isEqualTo(190);
            assertThat(load.last().inFlightMax()).isEqualTo(10);
        }
    }

    @Test
    void queuesWhatFindsNoPlaceWithItsIntendedStart() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).rate(100).times(0, 200)
                    .close(new ClientClose.Fin()).holdMs(40).maxInFlight(1, LoadPlan.Overload.QUEUE).make());

            assertThat(load.measured().scheduled()).isEqualTo(20);
            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            // The k-th of 20 starts at 40·k ms at the earliest and was intended at 10·k ms.
            assertThat(load.latency(LatencyKind.WAIT).getMaxValue()).isGreaterThan(19 * 30 * 990_000L);
            assertThat(load.latency(LatencyKind.CONNECT).getValueAtPercentile(50)).isLessThan(10_000_000L);
        }
    }

    @Test
    void shedsWhatStillQueuesWhenTheDrainIsOver() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).rate(100).times(0, 200)
                    .maxInFlight(3, LoadPlan.Overload.QUEUE).make());

            assertThat(load.measured().scheduled()).isEqualTo(20);
            assertThat(load.of(CloseOutcome.STILL_OPEN)).isEqualTo(3);
            assertThat(load.of(Outcome.SHED)).isEqualTo(17);
        }
    }
}
