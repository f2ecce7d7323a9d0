package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.run.LatencySummary;
import dev.netchurn.loadgen.run.RunInterval;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.RunResultFixture;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Results with as many intervals as wanted, that look like those of a run whose load waxes and wanes. */
public final class LongRunFixture {

    private static final long SECOND = 1_000_000_000L;

    private LongRunFixture() {
    }

    /** One second each; warm-up first, drain last. */
    public static RunResult result(int intervals) {
        RunResult short_ = RunResultFixture.openLoop().build();
        List<RunInterval> long_ = IntStream.range(0, intervals).mapToObj(i -> interval(i, intervals)).toList();
        return new RunResult(short_.schemaVersion(), short_.id(), short_.startedAt(), short_.name(), short_.verdict(),
                short_.config(), short_.environment(), short_.ledger(), short_.books(), short_.activeCloser(), short_.rate(),
                short_.latency(), short_.closers(), short_.synRetransmits(), short_.census(), short_.listenQueue(),
                short_.counters(),
                short_.cpu(), short_.observer(), short_.explanations(), short_.predictions(), short_.notes(), long_,
                short_.assertions());
    }

    /** The log of the same run, with four latencies. */
    public static Path log(Path file, int intervals) {
        SplittableRandom random = new SplittableRandom(42);
        try (LatencyLog log = new LatencyLog(file, Instant.parse("2026-03-01T12:00:00Z"), 0, complaint -> {
            throw new AssertionError(complaint);
        })) {
            log.loadBegan(0);
            for (int i = 0; i < intervals; i++) {
                log.append(i * SECOND, (i + 1) * SECOND, Map.of(Phase.MEASURE, Map.of(
                        LatencyKind.CONNECT, spread(random, 20_000),
                        LatencyKind.RESPONSE, spread(random, 400_000),
                        LatencyKind.CLOSE_CALL, spread(random, 4_000),
                        LatencyKind.CLOSE_HANDSHAKE, spread(random, 300_000))));
            }
        }
        return file;
    }

    private static RunInterval interval(int i, int intervals) {
        long rate = Math.round(20_000 + 4_000 * Math.sin(i / 40.0));
        long waiting = Math.min(i, 60) * rate;
        return new RunInterval(i * SECOND, SECOND, i < 3 ? Phase.WARMUP : i == intervals - 1 ? Phase.DRAIN : Phase.MEASURE,
                rate, 0, i % 97 == 0 ? 5 : 0, rate, 20_000.0, 40 + i % 24, (long) (i % 7), 20_000L, 60_000L,
                Map.of("client", Map.of(TcpState.TIME_WAIT, waiting, TcpState.FIN_WAIT2, 10L + i % 5),
                        "server",
                        Map.of(TcpState.CLOSE_WAIT, 5L + i % 30, TcpState.LAST_ACK, (long) (i % 3), TcpState.LISTEN, 1L)),
                Map.of("client", waiting),
                Map.of("client",
                        Map.of("TcpActiveOpens", rate, "TcpExtTW", rate, "TcpInSegs", 3 * rate, "TcpOutSegs", 4 * rate),
                        "server", Map.of("TcpPassiveOpens", rate, "TcpOutRsts", (long) (i % 11), "TcpExtListenDrops",
                                i % 97 == 0 ? 4L : 0L)));
    }

    private static Histogram spread(SplittableRandom random, long medianNs) {
        Histogram histogram = LatencySummary.newHistogram();
        for (int i = 0; i < 2_000; i++) {
            histogram.recordValue(Math.max(1, Math.round(medianNs * Math.exp(0.8 * random.nextGaussian()))));
        }
        return histogram;
    }
}
