package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RequestFixture.SECOND;
import static dev.netchurn.loadgen.run.RunRecordFixture.MEASURED;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertDegraded;
import static dev.netchurn.loadgen.run.VerdictAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.latency.LatencyKind;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the generator itself, or its machine, added to the times that were measured. */
@Timeout(30)
class VerdictOfTimeTest {

    private final RunRecordFixture closed = RunRecordFixture.closedLoop();
    private final RunRecordFixture open = RunRecordFixture.openLoop();

    @Test
    void isDegradedWhenConnectionsStartedLate() {
        open.latencies.put(LatencyKind.WAIT, sameOf(2_000, 5_000_000));
        open.latencies.put(LatencyKind.RESPONSE, sameOf(2_000, 8_000_000));
        assertDegraded(open, "schedule-lag");
    }

    @Test
    void toleratesALagThatIsSmallBesideTheResponse() {
        open.latencies.put(LatencyKind.WAIT, sameOf(2_000, 5_000_000));
        open.latencies.put(LatencyKind.RESPONSE, sameOf(2_000, 80_000_000));
        assertThat(open.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void comparesTheLagWithTheConnectWhereNobodyResponds() {
        open.latencies.put(LatencyKind.WAIT, sameOf(2_000, 5_000_000));
        open.latencies.put(LatencyKind.CONNECT_FROM_INTENDED, sameOf(2_000, 8_000_000));
        assertDegraded(open, "schedule-lag");
    }

    @Test
    void doesNotJudgeTheLagByTooFewSamples() {
        open.latencies.put(LatencyKind.WAIT, sameOf(999, 5_000_000));
        open.latencies.put(LatencyKind.RESPONSE, sameOf(999, 8_000_000));
        assertThat(open.verdict()).isEqualTo(Verdict.VALID);
    }

    @Test
    void isDegradedByASingleLongPauseOfAnEventLoop() {
        Histogram delay = sameOf(10_000, 50_000);
        delay.recordValue(150_000_000);
        closed.latencies.put(LatencyKind.EVENT_LOOP_DELAY, delay);
        assertDegraded(closed, "event-loop-delay");
    }

    @Test
    void isInvalidWhenAnEventLoopWasOftenHeldUp() {
        Histogram delay = sameOf(1_000, 50_000);
        delay.recordValueWithCount(150_000_000, 2);
        closed.latencies.put(LatencyKind.EVENT_LOOP_DELAY, delay);
        assertInvalid(closed, "event-loop-delay");
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

    private static Histogram sameOf(long count, long valueNs) {
        Histogram histogram = LatencySummary.newHistogram();
        histogram.recordValueWithCount(valueNs, count);
        return histogram;
    }
}
