package dev.netchurn.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class OpenMetricsHistoryTest {

    private static final Instant AT = Instant.parse("2026-11-20T12:00:00.250Z");
    private static final Map<String, String> TARGET = Map.of("job", "netchurn", "instance", "run-1");

    private final OpenMetricsHistory history = new OpenMetricsHistory();

    @Test
    void keepsTheSamplesOfASeriesTogetherAndInOrderOfTime() throws IOException {
        history.add(AT, TARGET, MetricsSnapshot.builder().connections("established", 1).inFlight(2).build());
        history.add(AT.plusSeconds(1), TARGET, MetricsSnapshot.builder().connections("established", 5).inFlight(0).build());

        assertThat(text()).isEqualTo("""
                # TYPE netchurn_connections counter
                # HELP netchurn_connections Arrivals that have ended, by outcome; every arrival has exactly one.
                netchurn_connections_total{instance="run-1",job="netchurn",outcome="established"} 1.0 1795176000.250
                netchurn_connections_total{instance="run-1",job="netchurn",outcome="established"} 5.0 1795176001.250
                # TYPE netchurn_connections_in_flight gauge
                # HELP netchurn_connections_in_flight Connections that were begun and have not ended.
                netchurn_connections_in_flight{instance="run-1",job="netchurn"} 2.0 1795176000.250
                netchurn_connections_in_flight{instance="run-1",job="netchurn"} 0.0 1795176001.250
                # EOF
                """);
    }

    @Test
    void readsACumulativeHistogramAtOnceAndSpellsItsBoundsAsAScrapeDoes() throws IOException {
        Histogram histogram = new Histogram(1, 3_600_000_000_000L, 3);
        histogram.recordValue(30_000);
        history.add(AT, TARGET, MetricsSnapshot.builder().latency(LatencyMeter.CLOSE_PEER, histogram).build());
        histogram.recordValue(30_000);
        history.add(AT.plusSeconds(1), TARGET, MetricsSnapshot.builder().latency(LatencyMeter.CLOSE_PEER, histogram).build());

        assertThat(text()).contains("# TYPE netchurn_close_duration_seconds histogram",
                "_bucket{instance=\"run-1\",job=\"netchurn\",kind=\"peer\",le=\"2.5E-5\"} 0.0 1795176000.250",
                "_bucket{instance=\"run-1\",job=\"netchurn\",kind=\"peer\",le=\"5.0E-5\"} 1.0 1795176000.250",
                "_bucket{instance=\"run-1\",job=\"netchurn\",kind=\"peer\",le=\"+Inf\"} 2.0 1795176001.250",
                "_count{instance=\"run-1\",job=\"netchurn\",kind=\"peer\"} 2.0 1795176001.250");
    }

    @Test
    void escapesLabelValues() throws IOException {
        history.add(AT, TARGET, MetricsSnapshot.builder().runInfo("name", "a \"b\" \\ c").build());

        assertThat(text()).contains("# TYPE netchurn_run info", "name=\"a \\\"b\\\" \\\\ c\"} 1.0 1795176000.250");
    }

    @Test
    void refusesToGoBackInTime() {
        MetricsSnapshot snapshot = MetricsSnapshot.builder().inFlight(1).build();
        history.add(AT, TARGET, snapshot);

        assertThatThrownBy(() -> history.add(AT, TARGET, snapshot)).isInstanceOf(IllegalArgumentException.class);
    }

    private String text() throws IOException {
        StringBuilder text = new StringBuilder();
        history.write(text);
        return text.toString();
    }
}
