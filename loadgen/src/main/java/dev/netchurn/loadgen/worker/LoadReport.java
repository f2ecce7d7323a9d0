package dev.netchurn.loadgen.worker;

import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.latency.LatencyRecorder;
import dev.netchurn.loadgen.pacing.LoadSnapshot;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LoadSnapshot} as it travels: histograms are HdrHistogram V2, in base64.
 *
 * @param phase at the time of the snapshot
 * @param ledgers cumulative, by the phase of the intended start
 * @param intervals recorded since the previous report, by the phase of the intended start
 * @param established connections sampled since the previous report, for the accept queue's clock
 */
public record LoadReport(
        Phase phase,
        Map<Phase, Ledger> ledgers,
        Map<Phase, Map<LatencyKind, String>> intervals,
        @SampleBatch.Packed List<EstablishedSample> established,
        double inFlightMean,
        long inFlightMax,
        List<Long> loopCpuNs,
        long loopErrors,
        long clampedSamples,
        @Nullable CloserReading closers,
        long firstStartNs,
        long lastStartNs,
        long measureEndNs) {

    /** What there is to report before the start. */
    static final LoadReport NOTHING_YET =
            new LoadReport(Phase.WARMUP, Map.of(), Map.of(), List.of(), 0, 0, List.of(), 0, 0, null, 0, 0, 0);

    /** Encodes a snapshot. */
    public static LoadReport of(LoadSnapshot snapshot, List<EstablishedSample> established) {
        Map<Phase, Map<LatencyKind, String>> encoded = new EnumMap<>(Phase.class);
        ByteBuffer buffer = ByteBuffer.allocate(LatencyRecorder.newHistogram().getNeededByteBufferCapacity());
        snapshot.intervals().forEach((phase, histograms) -> {
            Map<LatencyKind, String> texts = new EnumMap<>(LatencyKind.class);
            histograms.forEach((kind, histogram) -> texts.put(kind, encode(histogram, buffer)));
            encoded.put(phase, texts);
        });
        return new LoadReport(snapshot.phase(), snapshot.ledgers(), encoded, established, snapshot.inFlightMean(),
                snapshot.inFlightMax(), Arrays.stream(snapshot.loopCpuNs()).boxed().toList(), snapshot.loopErrors(),
                snapshot.clampedSamples(), snapshot.closers(), snapshot.firstStartNs(), snapshot.lastStartNs(),
                snapshot.measureEndNs());
    }

    /** The arrivals of a phase so far. */
    public Ledger ledger(Phase phase) {
        return ledgers.getOrDefault(phase, Ledger.EMPTY);
    }

    /** What a phase's arrivals recorded since the previous report. */
    public Map<LatencyKind, Histogram> histograms(Phase phase) {
        Map<LatencyKind, Histogram> decoded = new EnumMap<>(LatencyKind.class);
        intervals.getOrDefault(phase, Map.of()).forEach((kind, text) -> decoded.put(kind, decode(text)));
        return decoded;
    }

    /** Not compressed: the encoding writes runs of empty counts as one number already, and deflating costs a millisecond. */
    private static String encode(Histogram histogram, ByteBuffer buffer) {
        int length = histogram.encodeIntoByteBuffer(buffer.clear());
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    private static Histogram decode(String text) {
        return Histogram.decodeFromByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
    }
}
