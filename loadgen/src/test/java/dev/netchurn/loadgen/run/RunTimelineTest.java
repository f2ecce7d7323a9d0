package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RequestFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.pacing.LoadSnapshot;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.Ticks;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Also of the intervals that are made of a timeline. */
@Timeout(30)
class RunTimelineTest {

    private static final long START_NS = 500 * SECOND;
    private static final OfferedRate CLOSED = new OfferedRate(null, START_NS, SECOND);

    private final Ticks ticks = new Ticks(START_NS, 2 * SECOND, SECOND);
    private final RunTimeline timeline = new RunTimeline(ticks, true);

    @Test
    void pairsTheReportsOfOneTickInWhateverOrderTheyCome() {
        assertThat(timeline.addLoad(load(0))).isEmpty();
        assertThat(timeline.addLoad(load(1))).isEmpty();
        assertThat(timeline.addTarget(target(0))).extracting(IntervalPair::tick).containsExactly(0);
        assertThat(timeline.addTarget(target(1))).extracting(IntervalPair::tick).containsExactly(1);
        assertThat(timeline.addTarget(target(2))).isEmpty();
        assertThat(timeline.addLoad(load(2))).extracting(IntervalPair::tick).containsExactly(2);
        assertThat(timeline.pairs()).hasSize(3).allMatch(pair -> pair.load() != null && pair.target() != null);
    }

    @Test
    void needsNoPartnerWithSomebodysServer() {
        RunTimeline alone = new RunTimeline(ticks, false);
        assertThat(alone.addLoad(load(0))).extracting(IntervalPair::tick).containsExactly(0);
        assertThat(alone.latest()).isNotNull();
        assertThat(alone.latest().target()).isNull();
    }

    @Test
    void dropsTicksThatTheTargetSkipped() {
        IntStream.range(0, 6).forEach(tick -> timeline.addLoad(load(tick)));
        timeline.addTarget(target(0));
        assertThat(timeline.addTarget(target(4))).extracting(IntervalPair::tick).containsExactly(4);
        assertThat(timeline.addTarget(target(5))).extracting(IntervalPair::tick).containsExactly(5);
        assertThat(timeline.pairs()).extracting(IntervalPair::tick).containsExactly(0, 4, 5);
    }

    @Test
    void dropsTicksThatTheLoadSkipped() {
        IntStream.range(0, 6).forEach(tick -> timeline.addTarget(target(tick)));
        timeline.addLoad(load(0));
        assertThat(timeline.addLoad(load(3))).extracting(IntervalPair::tick).containsExactly(3);
        assertThat(timeline.pairs()).extracting(IntervalPair::tick).containsExactly(0, 3);
    }

    @Test
    void survivesWorkersThatSkipInTurn() {
        List.of(0, 2, 4, 5).forEach(tick -> timeline.addLoad(load(tick)));
        List.of(0, 1, 3, 5).forEach(tick -> timeline.addTarget(target(tick)));
        assertThat(timeline.pairs()).extracting(IntervalPair::tick).containsExactly(0, 5);
    }

    @Test
    void findsATickOrTheNextOne() {
        RunTimeline alone = new RunTimeline(ticks, false);
        List.of(0, 3).forEach(tick -> alone.addLoad(load(tick)));
        assertThat(alone.at(0)).extracting(IntervalPair::tick).isEqualTo(0);
        assertThat(alone.at(2)).extracting(IntervalPair::tick).isEqualTo(3);
        assertThat(alone.at(4)).isNull();
    }

    @Test
    void keepsTheHighestOfEachStateAndSide() {
        timeline.observe(pair(reading(Side.CLIENT, Map.of(TcpState.TIME_WAIT, 5L), 0),
                reading(Side.SERVER, Map.of(TcpState.CLOSE_WAIT, 9L), 2)));
        timeline.observe(pair(reading(Side.CLIENT, Map.of(TcpState.TIME_WAIT, 7L), 0),
                reading(Side.SERVER, Map.of(TcpState.CLOSE_WAIT, 1L), 8)));
        timeline.observe(pair(reading(Side.CLIENT, Map.of(TcpState.ESTABLISHED, 3L), 0), null));
        assertThat(timeline.peaks(Side.CLIENT)).isEqualTo(Map.of(TcpState.TIME_WAIT, 7L, TcpState.ESTABLISHED, 3L));
        assertThat(timeline.peaks(Side.SERVER)).isEqualTo(Map.of(TcpState.CLOSE_WAIT, 9L));
        assertThat(timeline.listenQueuePeak()).isEqualTo(8);
        assertThat(timeline.readings()).isEqualTo(3);
    }

    @Test
    void addsUpHistogramsByPhase() {
        timeline.addLoad(load(0,
                report(Phase.WARMUP, Map.of(Phase.WARMUP, Map.of(LatencyKind.CONNECT, histogram(10, 1_000))), 0, 0, 0)));
        timeline.addLoad(load(3,
                report(Phase.MEASURE, Map.of(Phase.MEASURE, Map.of(LatencyKind.CONNECT, histogram(20, 1_000))), 0, 0, 0)));
        timeline.addRest(report(Phase.DRAIN, Map.of(Phase.MEASURE, Map.of(LatencyKind.CONNECT, histogram(5, 2_000))), 0, 0, 0),
                START_NS);
        timeline.add(LatencyKind.ACCEPT_QUEUE, histogram(1, 1));
        assertThat(timeline.totals(Phase.WARMUP).get(LatencyKind.CONNECT).getTotalCount()).isEqualTo(10);
        assertThat(timeline.totals(Phase.MEASURE).get(LatencyKind.CONNECT).getTotalCount()).isEqualTo(25);
        assertThat(timeline.totals(Phase.MEASURE).get(LatencyKind.ACCEPT_QUEUE).getMinValue()).isEqualTo(1);
        assertThat(timeline.totals(Phase.DRAIN)).isEmpty();
    }

    @Test
    void countsWhatWasInFlightWhileItWasMeasured() {
        long endNs = ticks.dueNs(4) + SECOND / 2;
        timeline.addLoad(load(0, inFlight(900, 900, 0)));
        timeline.addLoad(load(1, inFlight(900, 900, 0)));
        timeline.addLoad(load(2, inFlight(900, 900, 0)));
        timeline.addLoad(load(3, inFlight(10, 12, 0)));
        timeline.addLoad(load(4, inFlight(20, 24, 0)));
        // Half of this interval is drain, in which nothing was in flight.
        timeline.addLoad(load(5, inFlight(15, 31, endNs)));
        timeline.addLoad(load(6, inFlight(0, 0, endNs)));
        timeline.addRest(inFlight(0, 0, endNs), ticks.dueNs(6) + 1);
        assertThat(timeline.inFlightMean()).isCloseTo((10 + 20 + 15) / 2.5, within(1e-9));
        assertThat(timeline.inFlightMax()).isEqualTo(31);
    }

    @Test
    void makesOneIntervalOfTwoTicks() {
        IntervalPair before = new IntervalPair(3, load(3, ledgers(100, 1_000, 3, 5)), null);
        IntervalPair after = new IntervalPair(4, load(4, ledgers(100, 1_500, 4, 15)), null);
        RunInterval interval = IntervalAssembly.between(before, after, START_NS, Topology.VETH, CLOSED, Map.of());
        assertThat(interval).isNotNull();
        assertThat(interval.startNs()).isEqualTo(3 * SECOND);
        assertThat(interval.durationNs()).isEqualTo(SECOND);
        assertThat(interval.established()).isEqualTo(500);
        assertThat(interval.failed()).isEqualTo(1);
        assertThat(interval.shed()).isEqualTo(10);
        assertThat(interval.rate()).isEqualTo(500);
        assertThat(interval.connectP50Ns()).isNull();
    }

    @Test
    void countsTheFirstIntervalFromTheStartOfTheLoad() {
        Message.Interval early = new Message.Interval(0, START_NS - SECOND / 2, null, ledgers(0, 0, 0, 0), null, 0, 0, 0);
        RunInterval interval = IntervalAssembly.between(new IntervalPair(0, early, null),
                new IntervalPair(1, load(1, ledgers(100, 0, 0, 0)), null), START_NS, Topology.VETH, CLOSED, Map.of());
        assertThat(interval).isNotNull();
        assertThat(interval.startNs()).isZero();
        assertThat(interval.durationNs()).isEqualTo(SECOND);
        assertThat(interval.rate()).isEqualTo(100);
    }

    @Test
    void makesNoIntervalWithoutBothReportsOfTheLoad() {
        IntervalPair none = new IntervalPair(1, null, target(1));
        assertThat(
                IntervalAssembly.between(none, new IntervalPair(2, load(2), null), START_NS, Topology.VETH, CLOSED, Map.of()))
                .isNull();
    }

    @Test
    void tellsCensusAndCountersOfAnIntervalBySide() {
        IntervalPair before = pair(reading(Side.CLIENT, Map.of(), 0), reading(Side.SERVER, Map.of(), 0));
        IntervalPair after = pair(counting(Side.CLIENT, Map.of(TcpState.TIME_WAIT, 4L), 8), counting(Side.SERVER, Map.of(), 3));
        RunInterval veth = IntervalAssembly.between(before, after, START_NS, Topology.VETH, CLOSED, Map.of());
        assertThat(veth).isNotNull();
        assertThat(veth.census()).containsEntry("client", Map.of(TcpState.TIME_WAIT, 4L)).containsKey("server");
        assertThat(veth.counters()).isEqualTo(Map.of("client", Map.of("TcpExtTW", 8L), "server", Map.of("TcpExtTW", 3L)));
        RunInterval shared = IntervalAssembly.between(before, after, START_NS, Topology.LOOPBACK, CLOSED, Map.of());
        assertThat(shared).isNotNull();
        assertThat(shared.counters()).isEqualTo(Map.of("shared", Map.of("TcpExtTW", 8L)));
    }

    @Test
    void tellsThePercentilesOfTheMeasurementOnceItHasBegun() {
        Map<Phase, Map<LatencyKind, Histogram>> both =
                Map.of(Phase.WARMUP, Map.of(LatencyKind.CONNECT, histogram(10, 9_000_000)),
                        Phase.MEASURE, Map.of(LatencyKind.CONNECT, histogram(10, 1_000)));
        RunInterval interval = IntervalAssembly.between(new IntervalPair(2, load(2), null),
                new IntervalPair(3, load(3, report(Phase.MEASURE, both, 0, 0, 0)), null), START_NS, Topology.VETH, CLOSED,
                Map.of());
        assertThat(interval).isNotNull();
        assertThat(interval.connectP50Ns()).isEqualTo(1_000);
    }

    @Test
    void tellsWhatARampOfferedInTheMiddleOfAnInterval() {
        OfferedRate ramp = new OfferedRate(new ArrivalPlan.OpenLoop(1_000, 3_000, ArrivalPlan.Spacing.CONSTANT, 1),
                START_NS + 2 * SECOND, 4 * SECOND);

        assertThat(offered(1, ramp)).isEqualTo(1_000);
        assertThat(offered(3, ramp)).isEqualTo(1_250);
        assertThat(offered(6, ramp)).isEqualTo(2_750);
        assertThat(offered(6, CLOSED)).isNull();
    }

    private @Nullable Double offered(int tick, OfferedRate offered) {
        RunInterval interval = IntervalAssembly.between(new IntervalPair(tick - 1, load(tick - 1), null),
                new IntervalPair(tick, load(tick), null), START_NS, Topology.VETH, offered, Map.of());
        assertThat(interval).isNotNull();
        return interval.offeredPerSecond();
    }

    private Message.Interval load(int tick) {
        return load(tick, report(Phase.MEASURE, Map.of(), 0, 0, 0));
    }

    private Message.Interval load(int tick, LoadReport report) {
        return new Message.Interval(tick, ticks.dueNs(tick), null, report, null, 0, 0, 0);
    }

    private Message.Interval target(int tick) {
        return new Message.Interval(tick, ticks.dueNs(tick), null, null, null, 0, 0, 0);
    }

    private static LoadReport inFlight(double mean, long max, long measureEndNs) {
        return report(Phase.MEASURE, Map.of(), mean, max, measureEndNs);
    }

    private static LoadReport report(
            Phase phase, Map<Phase, Map<LatencyKind, Histogram>> histograms, double mean, long max, long measureEndNs) {
        return LoadReport.of(new LoadSnapshot(0, phase, Map.of(), histograms, mean, max, new long[0], 0, 0, null, 0, 0,
                measureEndNs),
                List.of());
    }

    private static LoadReport ledgers(long warm, long measured, long refused, long shed) {
        Ledger warmup = RunResultFixture.ledger(warm, Map.of(Outcome.ESTABLISHED, warm), Map.of(CloseOutcome.CLOSED, warm));
        Ledger measure = RunResultFixture.ledger(measured + refused + shed,
                Map.of(Outcome.ESTABLISHED, measured, Outcome.REFUSED, refused, Outcome.SHED, shed), Map.of());
        return LoadReport
                .of(new LoadSnapshot(0, Phase.MEASURE, Map.of(Phase.WARMUP, warmup, Phase.MEASURE, measure), Map.of(), 0, 0,
                        new long[0], 0, 0, null, 0, 0, 0), List.of());
    }

    private static Histogram histogram(long count, long valueNs) {
        Histogram histogram = LatencySummary.newHistogram();
        histogram.recordValueWithCount(valueNs, count);
        return histogram;
    }

    private static KernelReading reading(Side side, Map<TcpState, Long> sockets, long queue) {
        return new KernelReading(0, Map.of(side, new SocketCensus(sockets, 0)), true, 0, false, TcpCounters.NONE,
                side == Side.SERVER ? new ListenQueue(queue, 10, 0) : null, 0);
    }

    private static KernelReading counting(Side side, Map<TcpState, Long> sockets, long timeWaits) {
        return new KernelReading(0, Map.of(side, new SocketCensus(sockets, 0)), true, 0, false,
                new TcpCounters(Map.of("TcpExtTW", timeWaits)), null, 0);
    }

    private static IntervalPair pair(KernelReading client, @Nullable KernelReading server) {
        return new IntervalPair(0, new Message.Interval(0, START_NS + SECOND, client, ledgers(0, 0, 0, 0), null, 0, 0, 0),
                new Message.Interval(0, START_NS + SECOND, server, null, null, 0, 0, 0));
    }
}
