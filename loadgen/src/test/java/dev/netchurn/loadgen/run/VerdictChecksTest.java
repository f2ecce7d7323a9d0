package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RequestFixture.SECOND;
import static dev.netchurn.loadgen.run.RunRecordFixture.MEASURED;
import static dev.netchurn.loadgen.run.RunRecordFixture.WARM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerClose;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void isDegradedWhenConnectionsStartedLate() {
        open.latencies.put(LatencyKind.WAIT, uniform(2_000, 5_000_000));
        open.latencies.put(LatencyKind.RESPONSE, uniform(2_000, 8_000_000));
        assertDegraded(open, "schedule-lag");
    }

    @Test
    void toleratesALagThatIsSmallBesideTheResponse() {
        open.latencies.put(LatencyKind.WAIT, uniform(2_000, 5_000_000));
        open.latencies.put(LatencyKind.RESPONSE, uniform(2_000, 80_000_000));
        assertThat(open.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void comparesTheLagWithTheConnectWhereNobodyResponds() {
        open.latencies.put(LatencyKind.WAIT, uniform(2_000, 5_000_000));
        open.latencies.put(LatencyKind.CONNECT_FROM_INTENDED, uniform(2_000, 8_000_000));
        assertDegraded(open, "schedule-lag");
    }

    @Test
    void doesNotJudgeTheLagByTooFewSamples() {
        open.latencies.put(LatencyKind.WAIT, uniform(999, 5_000_000));
        open.latencies.put(LatencyKind.RESPONSE, uniform(999, 8_000_000));
        assertThat(open.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isDegradedByASingleLongPauseOfAnEventLoop() {
        Histogram delay = uniform(10_000, 50_000);
        delay.recordValue(150_000_000);
        closed.latencies.put(LatencyKind.EVENT_LOOP_DELAY, delay);
        assertDegraded(closed, "event-loop-delay");
    }

    @Test
    void isInvalidWhenAnEventLoopWasOftenHeldUp() {
        Histogram delay = uniform(1_000, 50_000);
        delay.recordValueWithCount(150_000_000, 2);
        closed.latencies.put(LatencyKind.EVENT_LOOP_DELAY, delay);
        assertInvalid(closed, "event-loop-delay");
    }

    @Test
    void isInvalidWhenTheClientsKernelMadeNoTimeWait() {
        closed.clientCounters.put("TcpExtTCPTimeWaitOverflow", 5L);
        assertInvalid(closed, "tw_overflow");
        assertThat(closed.allowing("tw_overflow").verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isInvalidWhenTheServersKernelMadeNoTimeWait() {
        closed.serverCounters.put("TcpExtTCPTimeWaitOverflow", 5L);
        assertInvalid(closed, "tw_overflow");
    }

    @Test
    void tellsAnOverflowOfASharedNamespaceOnce() {
        closed.request.at(Topology.LOOPBACK);
        closed.clientCounters.put("TcpExtTCPTimeWaitOverflow", 5L);
        closed.serverCounters.putAll(closed.clientCounters);
        closed.clientCounters.put("TcpPassiveOpens", WARM + MEASURED);
        assertInvalid(closed, "tw_overflow");
    }

    @ParameterizedTest
    @ValueSource(longs = {5_000, 101})
    void isDegradedWhenHandshakesOfTwoKindsAreMixed(long late) {
        closed.measured = ledger(MEASURED - late, late, 0);
        assertDegraded(closed, "eager");
        closed.measured = ledger(MEASURED - late, 0, late);
        assertDegraded(closed, "eager");
    }

    @Test
    void toleratesAFewHandshakesOfTheOtherKind() {
        closed.measured = ledger(MEASURED - 100, 50, 50);
        assertThat(closed.verdict()).isEqualTo(Verdict.VALID);
        closed.measured = ledger(0, 0, MEASURED);
        assertThat(closed.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isDegradedByClosesWithUnreadBytes() {
        closed.measured =
                new Ledger(MEASURED, MEASURED, Map.of(Outcome.ESTABLISHED, MEASURED), Map.of(CloseOutcome.CLOSED, MEASURED), 0,
                        MEASURED, 0, 0, 0, MEASURED, 7, 70, 0, Map.of(), Map.of(), null, 0, 0);
        assertDegraded(closed, "unread");
        assertThat(closed.allowing("unread").verdict()).isEqualTo(Verdict.VALID);
    }

    /** A bare {@code fin} does not look; then the kernel tells. */
    @Test
    void isDegradedByClosesThatTheKernelTurnedIntoResets() {
        closed.clientCounters.put("TcpExtTCPAbortOnClose", 3L);
        assertDegraded(closed, "unread");
        assertThat(closed.allowing("unread").verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void expectsUnreadBytesWhereTheyAreAskedFor() {
        closed.request.close = new ClientClose.Unread();
        closed.request.exchange = new Exchange.Request(64, 64);
        closed.measured =
                new Ledger(MEASURED, MEASURED, Map.of(Outcome.ESTABLISHED, MEASURED), Map.of(CloseOutcome.CLOSED, MEASURED), 0,
                        MEASURED, 0, 0, 0, MEASURED, MEASURED, 70, 0, Map.of(), Map.of(), null, 0, 0);
        assertThat(closed.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isDegradedWhenLingeringClosesQueue() {
        closed.request.close = new ClientClose.Linger(5);
        closed.closers = new CloserReading("netchurn closers", 2, 6);
        closed.latencies.put(LatencyKind.LINGER_CLOSE, sameOf(MEASURED, 44_000_000));
        closed.latencies.put(LatencyKind.CLOSER_QUEUE, sameOf(MEASURED, 132_000_000));

        assertDegraded(closed, "closers");
        assertThat(closed.verdict().reasons().getFirst().message()).startsWith("closes queued: up to 6 waited for one of 2");
        assertThat(closed.allowing("closers").verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void toleratesClosesThatWereHandedOverAtOnce() {
        closed.request.close = new ClientClose.Linger(5);
        closed.latencies.put(LatencyKind.LINGER_CLOSE, sameOf(MEASURED, 100_000));
        closed.latencies.put(LatencyKind.CLOSER_QUEUE, sameOf(MEASURED, 90_000));
        closed.closers = new CloserReading("netchurn closers", 64, 0);
        assertThat(closed.verdict()).isEqualTo(Verdict.VALID);

        closed.latencies.put(LatencyKind.LINGER_CLOSE, sameOf(MEASURED, 10_000_000));
        closed.closers = new CloserReading("netchurn closers", 64, 3);
        assertThat(closed.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isDegradedByClosedConnectionsThatNobodyAccepted() {
        closed.serverAtEnd = new SocketCensus(Map.of(TcpState.CLOSE_WAIT, 4L), 4);
        assertDegraded(closed, "unaccepted");
        assertThat(closed.allowing("unaccepted").verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isDegradedByConnectionsThatStillWaitForAccept() {
        closed.queueAtEnd = new ListenQueue(3, 4096, 0);
        assertDegraded(closed, "unaccepted");
    }

    @Test
    void isDegradedWhenTheDrainDidNotSettle() {
        closed.settled = false;
        assertDegraded(closed, "drain");
        assertThat(closed.allowing("unsettled").verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void weighsStolenTime() {
        assertThat(closed.verdict(0.02).status()).isEqualTo(Verdict.Status.VALID);
        assertThat(closed.verdict(0.03).status()).isEqualTo(Verdict.Status.DEGRADED);
        assertThat(closed.verdict(0.11).status()).isEqualTo(Verdict.Status.INVALID);
        assertThat(closed.verdict(0.11).reasons()).extracting(Verdict.Reason::check).containsExactly("steal");
    }

    @Test
    void isDegradedWhenWatchingCostTooMuch() {
        // Both observers together.
        closed.observerNsPerSecond = SECOND / 150;
        assertDegraded(closed, "observer");
    }

    @Test
    void doesNotJudgeTheObserverByAShortRun() {
        closed.observerNsPerSecond = SECOND / 50;
        closed.request.measureNs = 4 * SECOND;
        assertThat(closed.verdict()).isEqualTo(Verdict.VALID);
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

    private static Ledger ledger(long eagerHits, long eagerMisses, long notEager) {
        return new Ledger(MEASURED, MEASURED, Map.of(Outcome.ESTABLISHED, MEASURED), Map.of(CloseOutcome.CLOSED, MEASURED), 0,
                eagerHits,
                eagerMisses, notEager, 0, MEASURED, 0, 0, 0, Map.of(), Map.of(), null, 0, 0);
    }

    private static Histogram uniform(long count, long valueNs) {
        Histogram histogram = LatencySummary.newHistogram();
        histogram.recordValueWithCount(valueNs, count);
        return histogram;
    }

    private static void assertInvalid(RunRecordFixture fixture, String check) {
        assertThat(checks(fixture)).containsExactly(check);
        assertThat(fixture.verdict().status()).isEqualTo(Verdict.Status.INVALID);
    }

    private static void assertDegraded(RunRecordFixture fixture, String check) {
        assertThat(checks(fixture)).containsExactly(check);
        assertThat(fixture.verdict().status()).isEqualTo(Verdict.Status.DEGRADED);
    }

    private static List<String> checks(RunRecordFixture fixture) {
        return fixture.verdict().reasons().stream().map(Verdict.Reason::check).toList();
    }

    private static Histogram sameOf(long count, long valueNs) {
        Histogram histogram = LatencySummary.newHistogram();
        histogram.recordValueWithCount(valueNs, count);
        return histogram;
    }
}
