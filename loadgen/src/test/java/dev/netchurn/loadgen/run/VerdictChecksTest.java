package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RunRecordFixture.MEASURED;
import static dev.netchurn.loadgen.run.RunRecordFixture.WARM;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertDegraded;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertInvalid;
import static dev.netchurn.loadgen.run.VerdictAssertions.checks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.server.ServerBooks;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the run came to its end, and that its books add up. */
@Timeout(30)
class VerdictChecksTest {

    private final RunRecordFixture closed = RunRecordFixture.closedLoop();
    private final RunRecordFixture open = RunRecordFixture.openLoop();

    @Test
    void findsNothingWrongWithAHealthyRun() {
        assertThat(closed.verdict()).isEqualTo(Verdict.VALID);
        assertThat(open.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void findsNothingWrongWithAHealthyRunAgainstSomebodysServer() {
        RunRecordFixture external = RunRecordFixture.of(RequestFixture.closedLoop().against("127.0.0.1:80"));
        assertThat(external.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isInvalidWhenAWorkerWasLost() {
        closed.lost = "the load worker died";
        assertInvalid(closed, "worker");
        assertThat(closed.verdict().reasons().getFirst().message()).isEqualTo("the load worker died");
    }

    @Test
    void isInvalidWhenTheLoadNeverToldItsEnd() {
        closed.loadEnded = false;
        assertInvalid(closed, "worker");
    }

    @Test
    void isInvalidWhenTheTargetNeverToldItsEnd() {
        closed.targetEnded = false;
        assertInvalid(closed, "worker");
    }

    @Test
    void isInvalidWhenOurOwnCodeFailedOnAClientLoop() {
        closed.loopErrors = 1;
        assertInvalid(closed, "event-loop");
    }

    @Test
    void isInvalidWhenOurOwnCodeFailedOnATargetLoop() {
        closed.books = new ServerBooks(WARM + MEASURED, WARM + MEASURED, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
        assertInvalid(closed, "event-loop");
    }

    @Test
    void isDegradedByLatenciesOutOfRange() {
        closed.clampedSamples = 3;
        assertDegraded(closed, "range");
    }

    @Test
    void isDegradedWhenTheTargetPausedAccepting() {
        closed.books = new ServerBooks(WARM + MEASURED, WARM + MEASURED, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0);
        assertDegraded(closed, "target");
    }

    @Test
    void isInvalidWhenAnArrivalWasNeitherStartedNorShed() {
        Ledger sound = closed.measured;
        closed.measured = new Ledger(MEASURED + 1, sound.started(), sound.outcomes(), sound.closes(), 0, MEASURED, 0, 0, 0,
                MEASURED, 0, 0, 0,
                Map.of(), Map.of(), null, 0, 0);
        assertInvalid(closed, "conservation");
    }

    @Test
    void isInvalidWhenAStartedConnectionHasNoOutcome() {
        closed.measured = RunRecordFixture.ledger(MEASURED + 1, Map.of(Outcome.ESTABLISHED, MEASURED),
                Map.of(CloseOutcome.CLOSED, MEASURED));
        assertInvalid(closed, "conservation");
    }

    @Test
    void isInvalidWhenAnEstablishedConnectionHasNoCloseOutcome() {
        closed.measured = RunRecordFixture.ledger(MEASURED, Map.of(Outcome.ESTABLISHED, MEASURED),
                Map.of(CloseOutcome.CLOSED, MEASURED - 1));
        assertInvalid(closed, "conservation");
    }

    @Test
    void conservesTheWarmUpToo() {
        closed.warm = RunRecordFixture.ledger(WARM, Map.of(Outcome.ESTABLISHED, WARM), Map.of(CloseOutcome.CLOSED, WARM - 1));
        assertInvalid(closed, "conservation");
    }

    @Test
    void isInvalidWhenTheClientsKernelCountedOtherwise() {
        closed.clientCounters.put("TcpActiveOpens", WARM + MEASURED + 1);
        assertInvalid(closed, "books");
    }

    @Test
    void isInvalidWhenTheServersKernelAndTheTargetCountedOtherwise() {
        closed.serverCounters.put("TcpPassiveOpens", WARM + MEASURED - 1);
        Verdict verdict = closed.verdict();
        assertThat(verdict.status()).isEqualTo(Verdict.Status.INVALID);
        assertThat(verdict.reasons()).extracting(Verdict.Reason::check).containsExactly("books", "books");
    }

    @Test
    void isInvalidWhenTheTargetCountedOtherwise() {
        closed.books = new ServerBooks(WARM + MEASURED - 1, WARM + MEASURED - 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertInvalid(closed, "books");
    }

    @Test
    void isInvalidWhenNothingWasMeasured() {
        closed.measured = Ledger.EMPTY;
        closed.clientCounters.put("TcpActiveOpens", WARM);
        closed.serverCounters.put("TcpPassiveOpens", WARM);
        closed.books = new ServerBooks(WARM, WARM, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertInvalid(closed, "load");
    }

    @Test
    void isInterruptedWhateverElseIsWrong() {
        closed.measured = Ledger.EMPTY;
        closed.interrupted = true;
        closed.lost = "the target worker died";
        assertThat(closed.verdict().status()).isEqualTo(Verdict.Status.INTERRUPTED);
        assertThat(checks(closed)).contains("worker").doesNotContain("load");
    }

    @Test
    void listsWhatMakesItInvalidFirst() {
        closed.settled = false;
        closed.loopErrors = 1;
        assertThat(checks(closed)).isEqualTo(List.of("event-loop", "drain"));
    }

    @Test
    void allowsNothingThatWasNotNamed() {
        closed.request.allowed = Set.of("refused");
        assertInvalid(closed.failing(Outcome.NO_LOCAL_PORT, 1), "no_local_port");
    }
}
