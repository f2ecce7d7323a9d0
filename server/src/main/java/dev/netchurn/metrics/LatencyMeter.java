package dev.netchurn.metrics;

import java.util.Arrays;
import java.util.Map;

/** The latencies that are published as histograms: the meter and, where one meter has several, its {@code kind}. */
public enum LatencyMeter {
    CONNECT(MeterName.CONNECT_DURATION, ""),
    RESPONSE(MeterName.RESPONSE_DURATION, ""),
    SCHEDULE_LAG(MeterName.SCHEDULE_LAG, ""),
    CLOSE_CALL(MeterName.CLOSE_DURATION, "call"),
    CLOSE_HANDSHAKE(MeterName.CLOSE_DURATION, "handshake"),
    CLOSE_LINGER(MeterName.CLOSE_DURATION, "linger"),
    CLOSE_PEER(MeterName.CLOSE_DURATION, "peer");

    private final MeterName meter;
    private final String kind;

    LatencyMeter(MeterName meter, String kind) {
        this.meter = meter;
        this.kind = kind;
    }

    /** The meter that this latency is a series of. */
    public MeterName meter() {
        return meter;
    }

    /** The value of label {@code kind}; empty when the meter has no labels. */
    public String kind() {
        return kind;
    }

    /** What tells its series from others of the meter; empty when the meter has one series. */
    Map<String, String> labels() {
        return kind.isEmpty() ? Map.of() : Map.of("kind", kind);
    }

    static boolean isHistogram(MeterName meter) {
        return Arrays.stream(values()).anyMatch(latency -> latency.meter == meter);
    }
}
