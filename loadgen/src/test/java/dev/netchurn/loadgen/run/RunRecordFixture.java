package dev.netchurn.loadgen.run;

import static dev.netchurn.loadgen.run.RequestFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.pacing.LoadSnapshot;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.Ticks;
import dev.netchurn.server.ServerBooks;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a healthy run left: 1000 connections in a warm-up of one second, 10 000 in a measurement of ten, a drain of half a
 * second. Change a field, then {@link #build()}.
 */
final class RunRecordFixture {

    static final long START_NS = 1_000 * SECOND;
    static final long WARM = 1_000;
    static final long MEASURED = 10_000;

    final RequestFixture request;
    Ledger warm = established(WARM);
    Ledger measured = established(MEASURED);
    @Nullable ServerBooks books = new ServerBooks(WARM + MEASURED, WARM + MEASURED, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    final Map<String, Long> clientCounters = new HashMap<>(Map.of("TcpActiveOpens", WARM + MEASURED));
    final Map<String, Long> serverCounters = new HashMap<>(Map.of("TcpPassiveOpens", WARM + MEASURED));
    /** Of both sides, at the start of the measurement. */
    final Map<String, Long> countersAtMeasurement = new HashMap<>();
    final Map<LatencyKind, Histogram> latencies = new EnumMap<>(LatencyKind.class);
    SocketCensus clientAtEnd = new SocketCensus(Map.of(TcpState.TIME_WAIT, WARM + MEASURED), 0);
    SocketCensus serverAtEnd = new SocketCensus(Map.of(TcpState.LISTEN, 1L), 0);
    @Nullable ListenQueue queueAtEnd = new ListenQueue(0, 4096, 0);
    long loopErrors;
    long clampedSamples;
    long cpuNsPerSecond = SECOND / 2;
    long observerNsPerSecond = 1_000_000;
    @Nullable CloserReading closers;
    double inFlightMean = 60;
    long inFlightMax = 64;
    long drainNs = SECOND / 2;
    /** When the last arrival was started, from the start of the measurement; 0 = when the time was up. */
    long arrivalsEndedAfterNs;
    boolean walked = true;
    boolean settled = true;
    boolean interrupted;
    @Nullable String lost;
    boolean loadEnded = true;
    boolean targetEnded = true;

    private RunRecordFixture(RequestFixture request) {
        this.request = request;
    }

    static RunRecordFixture of(RequestFixture request) {
        return new RunRecordFixture(request);
    }

    static RunRecordFixture closedLoop() {
        return new RunRecordFixture(RequestFixture.closedLoop());
    }

    /** 1000 connections per second, as they were made. */
    static RunRecordFixture openLoop() {
        return new RunRecordFixture(RequestFixture.openLoop(1_000));
    }

    /** All of them closed as planned, by the client first. */
    static Ledger established(long count) {
        return ledger(count, Map.of(Outcome.ESTABLISHED, count), Map.of(CloseOutcome.CLOSED, count));
    }

    /** Arrivals that ended so; shed ones were not started. */
    static Ledger ledger(long scheduled, Map<Outcome, Long> outcomes, Map<CloseOutcome, Long> closes) {
        return RunResultFixture.ledger(scheduled, outcomes, closes);
    }

    /** Of 10 000 measured arrivals some ended otherwise, in the client's book and in both others. */
    RunRecordFixture failing(Outcome outcome, long count) {
        long rest = MEASURED - count;
        measured = ledger(MEASURED, Map.of(Outcome.ESTABLISHED, rest, outcome, count), Map.of(CloseOutcome.CLOSED, rest));
        clientCounters.put("TcpActiveOpens", WARM + rest + (outcome.isSynSent() ? count : 0));
        serverCounters.put("TcpPassiveOpens", WARM + rest);
        books = new ServerBooks(WARM + rest, WARM + rest, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return this;
    }

    /** Of 10 000 established connections some closed otherwise. */
    RunRecordFixture closing(CloseOutcome outcome, long count) {
        measured = ledger(MEASURED, Map.of(Outcome.ESTABLISHED, MEASURED),
                Map.of(CloseOutcome.CLOSED, MEASURED - count, outcome, count));
        return this;
    }

    /** All closed as planned, the first and the last so long after the start of the measurement. */
    RunRecordFixture closedBetween(long firstNs, long lastNs) {
        measured =
                new Ledger(MEASURED, MEASURED, Map.of(Outcome.ESTABLISHED, MEASURED), Map.of(CloseOutcome.CLOSED, MEASURED), 0,
                        MEASURED, 0, 0, 0, MEASURED, 0, 0, 0, Map.of(), Map.of(), null, measureStartNs() + firstNs,
                        measureStartNs() + lastNs);
        return this;
    }

    RunRecordFixture allowing(String... names) {
        request.allowed = java.util.Set.of(names);
        return this;
    }

    RunPlan plan() {
        return request.plan();
    }

    Verdict verdict() {
        return verdict(0);
    }

    Verdict verdict(double stealFraction) {
        RunRecord record = build();
        Verdict verdict = new VerdictChecks(record, Books.of(record), RateFigures.of(record), stealFraction).judge();
        verdict.reasons().forEach(reason -> assertThat(Verdict.CHECKS).contains(reason.check()));
        return verdict;
    }

    long measureStartNs() {
        return START_NS + request.warmupNs;
    }

    long measureEndNs() {
        return measureStartNs() + (arrivalsEndedAfterNs != 0 ? arrivalsEndedAfterNs : request.measureNs);
    }

    RunRecord build() {
        RunPlan plan = plan();
        boolean own = plan.server() != null;
        Ticks ticks = new Ticks(START_NS, request.warmupNs, SECOND);
        RunTimeline timeline = new RunTimeline(ticks, own);
        tick(timeline, 0, START_NS - SECOND / 10, own);
        for (int tick = 1; ticks.dueNs(tick) <= measureEndNs() + drainNs; tick++) {
            tick(timeline, tick, ticks.dueNs(tick), own);
        }
        long walkNs = measureEndNs() + drainNs;
        Message.Walked loadWalk =
                new Message.Walked(walkNs, reading(Side.CLIENT, walkNs, true), true, null, cpu(walkNs), List.of());
        Message.Walked targetWalk = own
                ? new Message.Walked(walkNs, reading(Side.SERVER, walkNs, true), true, books, cpu(walkNs), List.of())
                : null;
        timeline.observe(RunRecord.pair(loadWalk, targetWalk));
        LoadReport rest = report(walkNs, Map.of());
        timeline.addRest(rest, walkNs);
        return new RunRecord(plan, timeline, measureEndNs(), settled, interrupted, lost, walked ? loadWalk : null,
                walked ? targetWalk : null,
                loadEnded ? new Message.Finished(rest, null, cpu(walkNs)) : null,
                own && targetEnded ? new Message.Finished(null, books, cpu(walkNs)) : null);
    }

    private void tick(RunTimeline timeline, int tick, long atNs, boolean own) {
        boolean last = atNs > measureEndNs() - SECOND && atNs <= measureEndNs();
        timeline.addLoad(new Message.Interval(tick, atNs, reading(Side.CLIENT, atNs, false),
                report(atNs, last ? latencies : Map.of()), null,
                cpu(atNs), observer(atNs), 0));
        if (own) {
            timeline.addTarget(new Message.Interval(tick, atNs, reading(Side.SERVER, atNs, false), null, books, cpu(atNs),
                    observer(atNs), 0));
        }
    }

    private LoadReport report(long atNs, Map<LatencyKind, Histogram> histograms) {
        Phase phase = atNs < measureStartNs() ? Phase.WARMUP : atNs < measureEndNs() ? Phase.MEASURE : Phase.DRAIN;
        boolean ended = atNs >= measureEndNs();
        return LoadReport
                .of(new LoadSnapshot(atNs, phase, Map.of(Phase.WARMUP, warm, Phase.MEASURE, ended ? measured : Ledger.EMPTY),
                        Map.of(Phase.WARMUP, Map.of(), Phase.MEASURE, histograms), inFlightMean, inFlightMax, new long[] {1},
                        loopErrors,
                        clampedSamples, closers, measureStartNs(), measureEndNs(), ended ? measureEndNs() : 0), List.of());
    }

    private KernelReading reading(Side side, long atNs, boolean end) {
        boolean client = side == Side.CLIENT;
        Map<String, Long> counters = end
                ? client ? clientCounters : serverCounters
                : atNs >= measureStartNs() ? countersAtMeasurement : Map.of();
        SocketCensus census = !end ? SocketCensus.EMPTY : client ? clientAtEnd : serverAtEnd;
        return new KernelReading(atNs, Map.of(side, census), true, 0, false, new TcpCounters(counters),
                client ? null : queueAtEnd, 1);
    }

    private long cpu(long atNs) {
        return (long) ((atNs - START_NS + SECOND) / (double) SECOND * cpuNsPerSecond);
    }

    private long observer(long atNs) {
        return (long) ((atNs - START_NS + SECOND) / (double) SECOND * observerNsPerSecond);
    }
}
