package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RequestFixture.SECOND;
import static dev.netchurn.loadgen.run.RunRecordFixture.MEASURED;
import static dev.netchurn.loadgen.run.RunRecordFixture.WARM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.server.ServerBooks;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResultAssemblyTest {

    private final RunRecordFixture run = RunRecordFixture.closedLoop();

    @Test
    void takesEveryPartOverAsItWas() {
        RunResult result = result();
        assertThat(result.id()).isEqualTo("id");
        assertThat(result.startedAt()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(result.verdict()).isEqualTo(Verdict.VALID);
        assertThat(result.ledger().established()).isEqualTo(MEASURED);
        assertThat(result.books().ledger()).as("the warm-up included").isEqualTo(WARM + MEASURED);
        assertThat(result.books().agree()).isTrue();
        assertThat(result.rate().achievedPerSecond()).isEqualTo(1_000);
        assertThat(result.intervals()).hasSize(11);
    }

    @Test
    void namesTheClientAsActiveCloser() {
        assertThat(result().activeCloser()).isEqualTo(new RunResult.ActiveCloser(WARM + MEASURED, 0, 0));
    }

    @Test
    void namesTheServerAsActiveCloser() {
        run.warm = closers(WARM, 0, WARM);
        run.measured = closers(MEASURED, 0, MEASURED);
        run.books = new ServerBooks(WARM + MEASURED, 0, WARM + MEASURED, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(result().activeCloser()).isEqualTo(new RunResult.ActiveCloser(0, WARM + MEASURED, 0));
    }

    @Test
    void countsCrossedFinsAsBoth() {
        // 300 connections that either end closed without having heard of the other's close.
        run.measured = closers(MEASURED, 5_300, 4_700);
        run.books = new ServerBooks(WARM + MEASURED, WARM + 5_000, 5_000, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(result().activeCloser()).isEqualTo(new RunResult.ActiveCloser(WARM + 5_000, 4_700, 300));
    }

    @Test
    void neverCountsAConnectionTwice() {
        for (long clientFirst = 0; clientFirst <= MEASURED; clientFirst += 500) {
            for (long serverFirst = 0; serverFirst <= MEASURED; serverFirst += 500) {
                run.warm = closers(WARM, WARM, 0);
                run.measured = closers(MEASURED, clientFirst, MEASURED - clientFirst);
                run.books = new ServerBooks(WARM + MEASURED, 0, serverFirst, 0, 0, 0, 0, 0, 0, 0, 0, 0);
                RunResult.ActiveCloser closer = result().activeCloser();
                assertThat(closer).isNotNull();
                assertThat(closer.client()).isNotNegative();
                assertThat(closer.server()).isNotNegative();
                assertThat(closer.both()).isNotNegative();
                assertThat(closer.client() + closer.server() + closer.both()).isLessThanOrEqualTo(WARM + MEASURED);
            }
        }
    }

    @Test
    void believesOnlyTheClientWhereTheTargetIsSomebodyElses() {
        RunRecordFixture external = RunRecordFixture.of(RequestFixture.closedLoop().against("127.0.0.1:80"));
        external.measured = closers(MEASURED, 6_000, 4_000);
        assertThat(result(external).activeCloser()).isEqualTo(new RunResult.ActiveCloser(WARM + 6_000, 4_000, 0));
    }

    @Test
    void tellsTheCpuOfTheMeasurement() {
        RunResult.Cpu cpu = result().cpu();
        assertThat(cpu.clientCores()).isCloseTo(0.5, within(1e-6));
        assertThat(cpu.serverCores()).isCloseTo(0.5, within(1e-6));
        assertThat(cpu.clientNsPerConnection()).as("up to the end of the drain").isCloseTo(0.5 * 10.5 * SECOND / MEASURED,
                within(1.0));
        assertThat(cpu.stealFraction()).isZero();
    }

    @Test
    void doesNotDiluteTheCoresByALongDrain() {
        run.drainNs = 5 * SECOND;
        assertThat(result().cpu().clientCores()).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void claimsNoMoreCoresThanThereAreInARunThatIsShorterThanAnInterval() {
        run.request.warmupNs = 0;
        run.request.connections = 10_000;
        run.arrivalsEndedAfterNs = SECOND / 20;
        run.warm = Ledger.EMPTY;
        run.drainNs = SECOND / 4;
        RunResult.Cpu cpu = result().cpu();
        assertThat(cpu.clientCores()).isCloseTo(0.5, within(1e-6));
        assertThat(cpu.serverCores()).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void tellsTheConnectionsInFlightOfARunThatIsShorterThanAnInterval() {
        run.request.warmupNs = 0;
        run.request.connections = 10_000;
        run.arrivalsEndedAfterNs = SECOND / 20;
        run.drainNs = SECOND / 4;
        // 60 in flight for 50 ms, spread over the 350 ms (from the first reading on) that the report is about.
        run.inFlightMean = 60 * 0.05 / 0.40;
        RunResult result = result();
        assertThat(result.ledger().inFlight().max()).isEqualTo(64);
        assertThat(result.ledger().inFlight().mean()).isCloseTo(60, within(0.5));
    }

    @Test
    void tellsNoCpuWhenAWorkerWasLost() {
        run.walked = false;
        run.lost = "gone";
        RunResult.Cpu cpu = result().cpu();
        assertThat(cpu.clientCores()).isNull();
        assertThat(cpu.clientNsPerConnection()).isNull();
        assertThat(cpu.serverCores()).isNull();
    }

    @Test
    void tellsNoCpuPerConnectionWithoutConnections() {
        run.measured = Ledger.EMPTY;
        assertThat(result().cpu().clientNsPerConnection()).isNull();
        assertThat(result().cpu().clientCores()).isNotNull();
    }

    @Test
    void countsTheCountersOfEachNamespaceFromTheStartOfTheMeasurement() {
        run.countersAtMeasurement.put("TcpInSegs", 40L);
        run.clientCounters.put("TcpInSegs", 100L);
        run.serverCounters.put("TcpInSegs", 40L);
        Map<String, Map<String, Long>> counters = result().counters();
        assertThat(counters.get("client")).containsEntry("TcpInSegs", 60L);
        assertThat(counters.get("server")).doesNotContainKey("TcpInSegs");
        assertThat(counters).containsOnlyKeys("client", "server");
    }

    @Test
    void sharesTheCountersOfOneNamespace() {
        run.request.at(Topology.LOOPBACK);
        assertThat(result().counters()).containsOnlyKeys("shared");
    }

    @Test
    void tellsPeaksAndTheEnd() {
        run.serverAtEnd = new SocketCensus(Map.of(TcpState.CLOSE_WAIT, 7L, TcpState.LISTEN, 1L), 3);
        run.queueAtEnd = new ListenQueue(5, 4096, 0);
        RunResult result = result();
        assertThat(result.census()).isNotNull();
        assertThat(result.census().server()).containsEntry(TcpState.CLOSE_WAIT, new CensusSummary.StateCount(7, 7L, 3L));
        assertThat(result.census().server()).containsEntry(TcpState.LISTEN, new CensusSummary.StateCount(1, 1L, null));
        assertThat(result.census().client()).containsEntry(TcpState.TIME_WAIT,
                new CensusSummary.StateCount(WARM + MEASURED, WARM + MEASURED, null));
        assertThat(result.census().timeWaitStillGrowing()).isTrue();
        assertThat(result.listenQueue()).isEqualTo(new RunResult.ListenQueueSummary(5, 4096));
    }

    @Test
    void knowsThatTimeWaitHasReachedItsLevelAfterAMinute() {
        run.request.measureNs = 70 * SECOND;
        assertThat(result().census()).isNotNull();
        assertThat(result().census().timeWaitStillGrowing()).isFalse();
    }

    @Test
    void ranksResponsesOverAllScheduledArrivals() {
        Histogram response = LatencySummary.newHistogram();
        response.recordValueWithCount(1_000_000, MEASURED / 2);
        run.failing(Outcome.REFUSED, MEASURED / 2);
        run.latencies.put(LatencyKind.RESPONSE, response);
        run.latencies.put(LatencyKind.CONNECT, response);
        Map<String, LatencySummary> latency = result().latency();
        assertThat(latency).containsOnlyKeys("connect", "response");
        assertThat(latency.get("response").p99Ns()).isNull();
        assertThat(latency.get("connect").p99Ns()).isNotNull();
    }

    @Test
    void tellsSynRepeatsInOrderOrNotAtAll() {
        assertThat(result().synRetransmits()).isNull();
        Ledger sound = run.measured;
        run.measured = new Ledger(sound.scheduled(), sound.started(), sound.outcomes(), sound.closes(), 0, MEASURED, 0, 0, 0,
                MEASURED, 0, 0, 0,
                Map.of(2, 1L, 0, 9L, 10, 3L), Map.of(), null, 0, 0);
        assertThat(result().synRetransmits()).containsExactly(Map.entry("0", 9L), Map.entry("2", 1L), Map.entry("10", 3L));
    }

    private static Ledger closers(long established, long clientFirst, long serverFirst) {
        return new Ledger(established, established, Map.of(Outcome.ESTABLISHED, established),
                Map.of(CloseOutcome.CLOSED, established), 0,
                established, 0, 0, serverFirst, clientFirst, 0, 0, 0, Map.of(), Map.of(), null, 0, 0);
    }

    private RunResult result() {
        return result(run);
    }

    private static RunResult result(RunRecordFixture fixture) {
        RunResult.Environment environment =
                new RunResult.Environment("6.12.0", 2, null, null, "25", "1", "4", "veth", Map.of(), Map.of());
        return new ResultAssembly(fixture.build()).assemble(new RunStamp("id", Instant.parse("2026-03-01T12:00:00Z"), 0),
                environment, 0);
    }
}
