package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RequestFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RateFiguresTest {

    private static final Offset<Double> EXACT = within(1e-9);

    @Test
    void offersNothingInClosedLoop() {
        RateFigures rate = RateFigures.of(RunRecordFixture.closedLoop().build());
        assertThat(rate.offeredPerSecond()).isNull();
        assertThat(rate.achievedPerSecond()).isCloseTo(1_000, EXACT);
        assertThat(rate.closesPerSecond()).isCloseTo(1_000, EXACT);
        assertThat(rate.seconds()).isCloseTo(10, EXACT);
    }

    @Test
    void countsClosesThatComeLaterOverTheTimeInWhichTheyCame() {
        RunRecordFixture fixture = RunRecordFixture.closedLoop();
        RateFigures held = RateFigures.of(fixture.closedBetween(5 * SECOND, 15 * SECOND).build());
        assertThat(held.closesPerSecond()).isCloseTo(1_000, EXACT);
        RateFigures slow = RateFigures.of(fixture.closedBetween(5 * SECOND, 25 * SECOND).build());
        assertThat(slow.closesPerSecond()).isCloseTo(500, EXACT);
        assertThat(slow.achievedPerSecond()).isCloseTo(1_000, EXACT);
        RateFigures usual = RateFigures.of(fixture.closedBetween(0, 9 * SECOND).build());
        assertThat(usual.closesPerSecond()).isCloseTo(1_000, EXACT);
    }

    @Test
    void offersWhatTheScheduleAskedForHoweverItEnded() {
        RunRecordFixture fixture = RunRecordFixture.openLoop();
        fixture.measured = RunRecordFixture.ledger(10_000,
                Map.of(Outcome.ESTABLISHED, 6_000L, Outcome.SHED, 3_000L, Outcome.REFUSED, 1_000L),
                Map.of(CloseOutcome.CLOSED, 4_000L, CloseOutcome.RESET_BY_PEER, 1_500L, CloseOutcome.STILL_OPEN, 500L));
        RateFigures rate = RateFigures.of(fixture.build());
        assertThat(rate.offeredPerSecond()).isCloseTo(1_000, EXACT);
        assertThat(rate.achievedPerSecond()).isCloseTo(600, EXACT);
        assertThat(rate.closesPerSecond()).as("of any kind, but not those that stayed open").isCloseTo(550, EXACT);
    }

    @Test
    void countsOverThePlannedTimeAlthoughTheLastArrivalComesBeforeItsEnd() {
        RunRecordFixture fixture = RunRecordFixture.of(RequestFixture.openLoop(1));
        fixture.measured = RunRecordFixture.established(10);
        fixture.arrivalsEndedAfterNs = 9 * SECOND;
        RateFigures rate = RateFigures.of(fixture.build());
        assertThat(rate.offeredPerSecond()).isCloseTo(1, EXACT);
        assertThat(rate.achievedPerSecond()).isCloseTo(1, EXACT);
    }

    @Test
    void countsUpToTheLastArrivalWhenACountEndsTheRun() {
        RunRecordFixture fixture = RunRecordFixture.closedLoop();
        fixture.request.connections = 10_000;
        fixture.arrivalsEndedAfterNs = SECOND / 2;
        RateFigures rate = RateFigures.of(fixture.build());
        assertThat(rate.seconds()).isCloseTo(0.5, EXACT);
        assertThat(rate.achievedPerSecond()).isCloseTo(20_000, EXACT);
    }

    @Test
    void givesEachCountedArrivalOfAnEvenScheduleItsGap() {
        RunRecordFixture fixture = RunRecordFixture.of(RequestFixture.openLoop(10));
        fixture.request.connections = 1;
        fixture.measured = RunRecordFixture.established(1);
        fixture.arrivalsEndedAfterNs = 1_000;
        assertThat(RateFigures.of(fixture.build()).offeredPerSecond()).isCloseTo(10, EXACT);
    }

    @Test
    void takesTheRealTimeWhenTheCountedArrivalsCameLate() {
        RunRecordFixture fixture = RunRecordFixture.of(RequestFixture.openLoop(10));
        fixture.request.connections = 10;
        fixture.measured = RunRecordFixture.established(10);
        fixture.arrivalsEndedAfterNs = 2 * SECOND;
        assertThat(RateFigures.of(fixture.build()).achievedPerSecond()).isCloseTo(5, EXACT);
    }

    @Test
    void countsARandomScheduleByTheClock() {
        RunRecordFixture fixture = RunRecordFixture.closedLoop();
        fixture.request.arrival = new ArrivalPlan.OpenLoop(10, 10, ArrivalPlan.Spacing.POISSON, 1);
        fixture.request.connections = 10;
        fixture.measured = RunRecordFixture.established(10);
        fixture.arrivalsEndedAfterNs = SECOND / 2;
        assertThat(RateFigures.of(fixture.build()).offeredPerSecond()).isCloseTo(20, EXACT);
    }

    @Test
    void countsUpToTheInterruption() {
        RunRecordFixture fixture = RunRecordFixture.closedLoop();
        fixture.interrupted = true;
        fixture.arrivalsEndedAfterNs = 4 * SECOND;
        assertThat(RateFigures.of(fixture.build()).seconds()).isCloseTo(4, EXACT);
    }

    @Test
    void survivesAnInterruptionDuringTheWarmUp() {
        RunRecordFixture fixture = RunRecordFixture.closedLoop();
        fixture.interrupted = true;
        fixture.measured = dev.netchurn.loadgen.connection.Ledger.EMPTY;
        fixture.arrivalsEndedAfterNs = -SECOND / 2;
        assertThat(RateFigures.of(fixture.build()).achievedPerSecond()).isZero();
    }
}
