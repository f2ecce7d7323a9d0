package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RunRecordFixture.MEASURED;
import static dev.netchurn.loadgen.run.RunRecordFixture.WARM;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertDegraded;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.server.Exchange;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel did otherwise than the run assumes, or had not finished. */
@Timeout(30)
class VerdictOfKernelTest {

    private final RunRecordFixture closed = RunRecordFixture.closedLoop();

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

    private static Ledger ledger(long eagerHits, long eagerMisses, long notEager) {
        return new Ledger(MEASURED, MEASURED, Map.of(Outcome.ESTABLISHED, MEASURED), Map.of(CloseOutcome.CLOSED, MEASURED), 0,
                eagerHits,
                eagerMisses, notEager, 0, MEASURED, 0, 0, 0, Map.of(), Map.of(), null, 0, 0);
    }
}
