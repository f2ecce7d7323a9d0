package dev.netchurn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CounterMeaningTest {

    /** Those that connections can raise by being opened and closed. */
    private static final String COUNTERS = """
            TcpActiveOpens TcpPassiveOpens TcpAttemptFails TcpEstabResets TcpCurrEstab TcpInSegs TcpOutSegs TcpRetransSegs
            TcpOutRsts TcpExtListenOverflows TcpExtListenDrops TcpExtTCPReqQFullDrop TcpExtTCPReqQFullDoCookies
            TcpExtSyncookiesSent TcpExtSyncookiesRecv TcpExtSyncookiesFailed TcpExtEmbryonicRsts TcpExtTCPDeferAcceptDrop
            TcpExtTCPMigrateReqSuccess TcpExtTCPMigrateReqFailure TcpExtTW TcpExtTWKilled TcpExtTWRecycled
            TcpExtTCPTimeWaitOverflow TcpExtTCPAbortOnData TcpExtTCPAbortOnClose TcpExtTCPAbortOnLinger
            TcpExtTCPAbortOnTimeout TcpExtTCPAbortOnMemory TcpExtTCPAbortFailed TcpExtTCPTimeouts TcpExtTCPSynRetrans
            TcpExtTCPLossProbes TcpExtTCPSYNChallenge TcpExtTCPChallengeACK TcpExtPAWSActive TcpExtPAWSEstab
            TcpExtPAWSTimewait TcpExtPAWSOldAck TcpExtTSEcrRejected TcpExtBeyondWindow TcpExtTCPACKSkippedSynRecv
            TcpExtTCPACKSkippedTimeWait TcpExtTCPACKSkippedFinWait2 TcpExtTCPACKSkippedChallenge TcpExtDelayedACKs
            TcpExtTCPBacklogDrop TcpExtTcpTimeoutRehash TcpExtTCPLostRetransmit
            """;

    @Test
    void explainsEveryCounterThatConnectionsRaise() {
        for (String name : COUNTERS.split("\\s+")) {
            assertThat(CounterMeaning.of(name)).as(name).isPresent();
        }
    }

    @Test
    void writesOneSentencePerCounter() {
        assertThat(CounterMeaning.names()).allSatisfy(
                name -> assertThat(CounterMeaning.of(name).orElseThrow()).endsWith(".").doesNotContain(". "));
    }

    @Test
    void hasNothingToSayAboutOthers() {
        assertThat(CounterMeaning.of("TcpExtTCPHystartTrainCwnd")).isEmpty();
    }

    @Test
    void whatMovesWithAnyTrafficIsExplainedButSaysSo() {
        assertThat(CounterMeaning.of("TcpExtTCPPureAcks")).isPresent();
        assertThat(CounterMeaning.isBackground("TcpExtTCPPureAcks")).isTrue();
        assertThat(CounterMeaning.isBackground("TcpExtListenOverflows")).isFalse();
    }
}
