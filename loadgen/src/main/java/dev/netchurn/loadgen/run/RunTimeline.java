package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.worker.LoadReport;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.Ticks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What the workers have reported so far, put together tick by tick. Owned by the controller's main thread.
 */
public final class RunTimeline {

    private final Ticks ticks;
    private final boolean twoWorkers;
    private final List<IntervalPair> pairs = new ArrayList<>();
    private final TreeMap<Integer, Message.Interval> waitingLoad = new TreeMap<>();
    private final TreeMap<Integer, Message.Interval> waitingTarget = new TreeMap<>();
    private final Map<Phase, Map<LatencyKind, Histogram>> totals = new EnumMap<>(Phase.class);
    private final Map<Side, Map<TcpState, Long>> peaks = new EnumMap<>(Side.class);
    private long listenQueuePeak;
    private long closerQueueMax;
    private long inFlightMax;
    private double inFlightIntegral;
    private long inFlightNs;
    private long loadAtNs;
    private int readings;
    private @Nullable String observerTrouble;

    /**
     * @param ticks when reports are due
     * @param twoWorkers whether a target worker reports as well
     */
    public RunTimeline(Ticks ticks, boolean twoWorkers) {
        this.ticks = ticks;
        this.twoWorkers = twoWorkers;
        loadAtNs = ticks.startAtNs();
    }

    /** Takes a load worker's report; returns the ticks that are complete with it. */
    List<IntervalPair> addLoad(Message.Interval interval) {
        LoadReport report = interval.load();
        if (report != null) {
            addHistograms(report);
            addInFlight(report, interval.tick(), interval.atNs());
        }
        waitingLoad.put(interval.tick(), interval);
        return complete();
    }

    /** Takes a target worker's report; returns the ticks that are complete with it. */
    List<IntervalPair> addTarget(Message.Interval interval) {
        waitingTarget.put(interval.tick(), interval);
        return complete();
    }

    /** Adds what the load recorded after its last interval and told at its end. */
    void addRest(LoadReport report, long atNs) {
        addHistograms(report);
        addInFlight(report, Integer.MAX_VALUE, atNs);
    }

    /** Only what was in flight while connections started counts: neither the warm-up nor a drain that takes long. */
    private void addInFlight(LoadReport report, int tick, long atNs) {
        long beginNs = Math.max(loadAtNs, ticks.startAtNs() + ticks.warmupNs());
        long endNs = report.measureEndNs() == 0 ? atNs : Math.min(atNs, report.measureEndNs());
        if (tick > ticks.measurementTick() && endNs > beginNs) {
            inFlightMax = Math.max(inFlightMax, report.inFlightMax());
            closerQueueMax = Math.max(closerQueueMax, report.closers() == null ? 0 : report.closers().queueMax());
            inFlightIntegral += report.inFlightMean() * (atNs - loadAtNs);
            inFlightNs += endNs - beginNs;
        }
        loadAtNs = atNs;
    }

    private void addHistograms(LoadReport report) {
        for (Phase phase : List.of(Phase.WARMUP, Phase.MEASURE)) {
            Map<LatencyKind, Histogram> total = totals.computeIfAbsent(phase, _ -> new EnumMap<>(LatencyKind.class));
            report.histograms(phase).forEach((kind, histogram) -> total.merge(kind, histogram, RunTimeline::sum));
        }
    }

    /** Adds measured latencies that the controller put together itself. */
    void add(LatencyKind kind, Histogram measured) {
        if (measured.getTotalCount() > 0) {
            totals.computeIfAbsent(Phase.MEASURE, _ -> new EnumMap<>(LatencyKind.class)).merge(kind, measured,
                    RunTimeline::sum);
        }
    }

    /** Takes the census of a side into the peaks. */
    void observe(IntervalPair pair) {
        for (Side side : Side.values()) {
            Map<TcpState, Long> peak = peaks.computeIfAbsent(side, _ -> new EnumMap<>(TcpState.class));
            pair.census(side).sockets().forEach((state, count) -> peak.merge(state, count, Math::max));
        }
        ListenQueue queue = listenQueue(pair);
        if (queue != null) {
            listenQueuePeak = Math.max(listenQueuePeak, queue.length());
        }
        readings++;
    }

    public Ticks ticks() {
        return ticks;
    }

    /** Complete ticks, oldest first. */
    public List<IntervalPair> pairs() {
        return Collections.unmodifiableList(pairs);
    }

    /** The newest complete tick, or null before the first. */
    public @Nullable IntervalPair latest() {
        return pairs.isEmpty() ? null : pairs.getLast();
    }

    /** The complete tick with this number, or the next one after it; null when there is none. */
    public @Nullable IntervalPair at(int tick) {
        return pairs.stream().filter(pair -> pair.tick() >= tick).findFirst().orElse(null);
    }

    /** All that a phase's arrivals recorded so far; not to be changed. */
    public Map<LatencyKind, Histogram> totals(Phase phase) {
        return Collections.unmodifiableMap(totals.getOrDefault(phase, Map.of()));
    }

    /** The highest count of each state of a side, over all readings. */
    public Map<TcpState, Long> peaks(Side side) {
        return Collections.unmodifiableMap(peaks.getOrDefault(side, Map.of()));
    }

    public long listenQueuePeak() {
        return listenQueuePeak;
    }

    /** The most closes that waited for the executor of lingering closes, over the measurement. */
    public long closerQueueMax() {
        return closerQueueMax;
    }

    public int readings() {
        return readings;
    }

    public long inFlightMax() {
        return inFlightMax;
    }

    /** Over the measurement, weighted by time. */
    public double inFlightMean() {
        return inFlightNs == 0 ? 0 : Math.min(inFlightMax, inFlightIntegral / inFlightNs);
    }

    /** The accept queue in a tick's readings, whichever namespace has it. */
    public static @Nullable ListenQueue listenQueue(IntervalPair pair) {
        var server = pair.reading(Side.SERVER);
        return server == null ? null : server.listenQueue();
    }

    /** Notes why the target's side was not told to the end; null when it was. */
    void observerTrouble(@Nullable String sentence) {
        observerTrouble = sentence;
    }

    /** Why the target's side was not told to the end; null when it was. */
    @Nullable String observerTrouble() {
        return observerTrouble;
    }

    private List<IntervalPair> complete() {
        List<IntervalPair> completed = new ArrayList<>();
        while (!waitingLoad.isEmpty() && (!twoWorkers || !waitingTarget.isEmpty())) {
            int tick = Math.max(waitingLoad.firstKey(), twoWorkers ? waitingTarget.firstKey() : 0);
            // A worker that was stopped for a while skips ticks; the other's report of those has no partner.
            waitingLoad.headMap(tick).clear();
            waitingTarget.headMap(tick).clear();
            Message.Interval load = waitingLoad.get(tick);
            Message.Interval target = waitingTarget.get(tick);
            if (load == null || twoWorkers && target == null) {
                continue;
            }
            waitingLoad.remove(tick);
            waitingTarget.remove(tick);
            IntervalPair pair = new IntervalPair(tick, load, target);
            pairs.add(pair);
            observe(pair);
            completed.add(pair);
        }
        return completed;
    }

    private static Histogram sum(Histogram a, Histogram b) {
        Histogram sum = a.copy();
        sum.add(b);
        return sum;
    }
}
