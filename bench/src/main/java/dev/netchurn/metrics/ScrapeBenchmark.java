package dev.netchurn.metrics;

import dev.netchurn.closepath.SteadyBenchmark;
import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One scrape of everything that a run publishes, as text of Prometheus: alone, and while an event loop records latencies as fast
 * as it can and new numbers are published every 2²⁰ of them. {@code record} beside it shows what being scraped costs the loop.
 */
@State(Scope.Group)
public class ScrapeBenchmark extends SteadyBenchmark {

    private static final int PUBLISHED_EVERY = 1 << 20;
    private static final List<String> SIDES = List.of("client", "server");

    private final LatencyRecorder recorder = new LatencyRecorder(EnumSet.of(LatencyKind.CONNECT));
    private final Histogram connectNs = LatencyRecorder.newHistogram();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile MetricsSnapshot published = MetricsSnapshot.EMPTY;
    private long latencyNs;
    private int recorded;

    @Setup
    public void publishAll() {
        registry.getPrometheusRegistry().register(new SnapshotCollector(() -> published));
        MetricsSnapshot.Builder all = MetricsSnapshot.builder().inFlight(100).phase("measure").offeredRatePerSecond(30_000.0);
        for (LatencyMeter latency : LatencyMeter.values()) {
            all.latency(latency, manyLatencies());
        }
        for (String side : SIDES) {
            all.tcpSockets(side, Arrays.stream(TcpState.values()).collect(Collectors.toMap(Enum::name, _ -> 28_000L)));
            all.tcpEvents(side,
                    CounterMeaning.names().stream().collect(Collectors.toMap(Function.identity(), _ -> 1_234_567L)));
            all.listenQueue(side, 3, 4_096, 0).predictedTimeWait(side, 28_000).workerCpuNs(side, 1_000_000_000);
        }
        published = all.build();
    }

    private static Histogram manyLatencies() {
        Histogram histogram = LatencyRecorder.newHistogram();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1_000_000; i++) {
            histogram.recordValue((long) (20_000 * Math.exp(random.nextGaussian())) + 1);
        }
        return histogram;
    }

    @Benchmark
    @Group("alone")
    public String scrapeAlone() {
        return registry.scrape();
    }

    @Benchmark
    @Group("parallel")
    public String scrape() {
        return registry.scrape();
    }

    @Benchmark
    @Group("parallel")
    public void record() {
        latencyNs = latencyNs + 7_919 & 0xf_ffff;
        recorder.record(LatencyKind.CONNECT, latencyNs);
        if (++recorded % PUBLISHED_EVERY == 0) {
            publish();
        }
    }

    private void publish() {
        Map<LatencyKind, Histogram> interval = LatencyRecorder.takeInterval(List.of(recorder));
        connectNs.add(interval.get(LatencyKind.CONNECT));
        published = published.toBuilder().latency(LatencyMeter.CONNECT, connectNs.copy()).build();
    }

    @TearDown
    public void close() {
        registry.close();
    }
}
