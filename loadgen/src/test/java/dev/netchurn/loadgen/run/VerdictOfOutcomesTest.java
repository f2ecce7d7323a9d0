package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RunRecordFixture.MEASURED;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertDegraded;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertInvalid;
import static dev.netchurn.loadgen.run.VerdictAssertions.checks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.server.ServerClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures, bad closes and arrivals that were never made: whose fault, how many, and whether they were asked for. */
@Timeout(30)
class VerdictOfOutcomesTest {

    private final RunRecordFixture closed = RunRecordFixture.closedLoop();
    private final RunRecordFixture open = RunRecordFixture.openLoop();

    @ParameterizedTest
    @EnumSource(names = {"NO_LOCAL_PORT", "NO_DESCRIPTOR", "NO_MEMORY", "SELF_CONNECTED"})
    void isInvalidByASingleFailureOfThisMachine(Outcome outcome) {
        assertInvalid(closed.failing(outcome, 1), outcome.text());
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "TIMED_OUT", "KERNEL_TIMED_OUT", "RESET", "UNREACHABLE", "ABANDONED", "OTHER"})
    void isDegradedByFewFailuresOfTheTargetAndInvalidByMany(Outcome outcome) {
        assertDegraded(closed.failing(outcome, MEASURED / 100), outcome.text());
        assertInvalid(closed.failing(outcome, MEASURED / 100 + 1), outcome.text());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"ESTABLISHED"})
    void allowsAFailureThatIsTheSubjectOfTheRun(Outcome outcome) {
        assertThat(closed.failing(outcome, MEASURED / 2).allowing(outcome.text()).verdict()).isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"ESTABLISHED"})
    void doesNotMissAllowedFailuresInTheAchievedRate(Outcome outcome) {
        assertThat(open.failing(outcome, MEASURED / 2).allowing(outcome.text()).verdict()).isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"CLOSED"})
    void isDegradedByFewBadClosesAndInvalidByMany(CloseOutcome outcome) {
        assertDegraded(closed.closing(outcome, MEASURED / 100), outcome.text());
        assertInvalid(closed.closing(outcome, MEASURED / 100 + 1), outcome.text());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"CLOSED"})
    void allowsABadCloseThatIsTheSubjectOfTheRun(CloseOutcome outcome) {
        assertThat(closed.closing(outcome, MEASURED).allowing(outcome.text()).verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void expectsResetsOfATargetThatResets() {
        closed.request.serverClose = new ServerClose.Rst();
        closed.request.close = new ClientClose.Peer();
        assertThat(closed.closing(CloseOutcome.RESET_BY_PEER, MEASURED).verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void expectsResetsOfATargetThatResetsAfterTheClient() {
        closed.request.serverClose = new ServerClose.RstAfterClient();
        assertThat(closed.closing(CloseOutcome.RESET_BY_PEER, MEASURED).verdict()).isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "leak:0.5", "no-accept"})
    void expectsAClientToWaitInVainForATargetThatDoesNotClose(String serverClose) {
        closed.request.serverClose = ServerClose.parse(serverClose);
        assertThat(checks(closed.closing(CloseOutcome.CLOSE_TIMED_OUT, MEASURED))).doesNotContain("close_timed_out");
    }

    @Test
    void expectsSynsToGetNoAnswerFromATargetWhoseQueueIsFullForEver() {
        closed.request.serverClose = new ServerClose.NoAccept();
        assertThat(checks(closed.failing(Outcome.TIMED_OUT, MEASURED / 2))).doesNotContain("timed_out");
    }

    @Test
    void expectsAClientThatNeverClosesToBeStillOpen() {
        closed.request.close = new ClientClose.Never();
        closed.request.arrival = new ArrivalPlan.OpenLoop(1_000, 1_000, ArrivalPlan.Spacing.CONSTANT, 1);
        assertThat(closed.closing(CloseOutcome.STILL_OPEN, MEASURED).verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isDegradedByShedArrivals() {
        assertDegraded(open.failing(Outcome.SHED, 1), "shed");
    }

    @Test
    void isDegradedBelowNinetyNinePercentOfTheOfferedRate() {
        open.failing(Outcome.SHED, MEASURED / 100 + 1);
        assertThat(open.verdict().status()).isEqualTo(Verdict.Status.DEGRADED);
        assertThat(checks(open)).containsExactly("shed", "achieved-rate");
    }

    @Test
    void isInvalidBelowNinetyPercentOfTheOfferedRate() {
        open.failing(Outcome.SHED, MEASURED / 10 + 1);
        assertThat(open.verdict().status()).isEqualTo(Verdict.Status.INVALID);
        assertThat(checks(open)).containsExactly("achieved-rate", "shed");
    }
}
