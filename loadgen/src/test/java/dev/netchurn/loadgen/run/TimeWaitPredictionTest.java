package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.run.Predictions.TimeWait;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerClose;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom TIME_WAIT is expected at, and how much of it, from what the connections did. */
@Timeout(20)
class TimeWaitPredictionTest {

    private static final long ALL = RunRecordFixture.WARM + RunRecordFixture.MEASURED;

    private RunRecordFixture run = RunRecordFixture.openLoop();

    @Test
    void aClientThatClosesFirstHoldsItAll() {
        assertThat(timeWait("client")).isEqualTo(new TimeWait(ALL, ALL, 1.0, deviation("client")));
        assertThat(timeWait("server").expected()).isZero();
    }

    @Test
    void everyIntervalIsToldWhatToExpect() {
        RunResult result = result();
        assertThat(result.intervals()).allSatisfy(
                interval -> assertThat(interval.predictedTimeWait()).containsOnlyKeys("client", "server"));
        assertThat(result.intervals().getLast().predictedTimeWait().get("client"))
                .isGreaterThan(result.intervals().getFirst().predictedTimeWait().get("client"));
    }

    @Test
    void measuredIsWhatTheLastWalkFound() {
        run.clientAtEnd = new SocketCensus(Map.of(TcpState.TIME_WAIT, ALL / 2), 0);

        assertThat(timeWait("client").ratio()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void anAbortLeavesNone() {
        run.clientCounters.put("TcpExtTCPAbortOnData", ALL);

        assertThat(timeWait("client").expected()).isZero();
        assertThat(timeWait("client").ratio()).isNull();
    }

    @Test
    void aCloseWithUnreadBytesLeavesNone() {
        run.serverCounters.put("TcpExtTCPAbortOnClose", ALL / 2);

        assertThat(timeWait("client").expected()).isCloseTo(ALL / 2, within(1L));
    }

    @Test
    void aServerThatNeverClosesLeavesNone() {
        run.books = new ServerBooks(ALL, 0, 0, 0, ALL, 0, 0, 0, 0, 0, 0, 0);

        assertThat(timeWait("client").expected()).isZero();
    }

    @Test
    void aServerThatClosesFirstHoldsItAll() {
        RequestFixture request = RequestFixture.openLoop(1_000);
        request.serverClose = new ServerClose.First();
        request.close = new ClientClose.Peer();
        run = RunRecordFixture.of(request);
        run.books = new ServerBooks(ALL, 0, ALL, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        run.warm = serverFirst(RunRecordFixture.WARM);
        run.measured = serverFirst(RunRecordFixture.MEASURED);

        assertThat(timeWait("client").expected()).isZero();
        assertThat(timeWait("server").expected()).as("some ports were used twice").isBetween(9 * ALL / 10, ALL);
        assertThat(result().predictions().portsLastSeconds()).as("the client's ports are free at once").isNull();
    }

    @Test
    void thereAreNoMoreThanBuckets() {
        RequestFixture request = RequestFixture.openLoop(1_000).with("client:net.ipv4.tcp_max_tw_buckets=2000");
        run = RunRecordFixture.of(request);

        assertThat(timeWait("client").expected()).isEqualTo(2_000);
        assertThat(result().predictions().overflowAfterSeconds()).isCloseTo(2.0, within(0.01));
    }

    @Test
    void aPlanOfResetsExpectsNoneWhateverTheCountersSay() {
        RequestFixture request = RequestFixture.openLoop(1_000);
        request.close = new ClientClose.Rst();
        run = RunRecordFixture.of(request);

        assertThat(timeWait("client").expected()).isZero();
        assertThat(result().predictions().sustainablePerSecond()).isNull();
    }

    private static dev.netchurn.loadgen.connection.Ledger serverFirst(long count) {
        return new dev.netchurn.loadgen.connection.Ledger(count, count, Map.of(Outcome.ESTABLISHED, count),
                Map.of(CloseOutcome.CLOSED, count), 0, count, 0, 0, count, 0, 0, 0, 0, Map.of(), Map.of(), null, 0, 0);
    }

    private Double deviation(String side) {
        return result().predictions().timeWait().get(side).greatestDeviation();
    }

    private TimeWait timeWait(String side) {
        return result().predictions().timeWait().get(side);
    }

    private RunResult result() {
        RunResult.Environment environment = new RunResult.Environment("6.12.0", 2, null, null, "25", "0.1.0", "4.2", "veth",
                Map.of(), Map.of());
        return new ResultAssembly(run.build()).assemble(new RunStamp("id", Instant.EPOCH, 0), environment, 0);
    }
}
