package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.run.RunInterval;
import java.util.LinkedHashMap;
import java.util.Map;

/** Intervals that look like those of real runs. */
final class LiveFrameFixture {

    private LiveFrameFixture() {
    }

    static LiveFrame healthy() {
        Map<String, Map<TcpState, Long>> census = new LinkedHashMap<>();
        census.put("client", Map.of(TcpState.TIME_WAIT, 101_223L, TcpState.ESTABLISHED, 41L));
        census.put("server", Map.of(TcpState.ESTABLISHED, 44L, TcpState.CLOSE_WAIT, 9L, TcpState.LISTEN, 16L));
        Map<String, Map<String, Long>> counters =
                Map.of("client", Map.of("TcpActiveOpens", 20_341L, "TcpExtTW", 20_341L, "TcpExtTCPDelivered", 20_341L),
                        "server", Map.of("TcpPassiveOpens", 20_341L));
        RunInterval interval =
                new RunInterval(5_000_000_000L, 1_000_000_000L, Phase.MEASURE, 20_341, 0, 0, 20_341.2, null, 64, 0L, 12_311L,
                        40_991L, census, Map.of(), counters);
        return new LiveFrame(interval, 0.3, 7_000_000_000L, null, 64, 121_005, Map.of());
    }

    /** The socket table is large, so that it was walked for this interval at neither side. */
    static LiveFrame withOldStates() {
        Map<String, Map<TcpState, Long>> census = new LinkedHashMap<>();
        census.put("client", Map.of(TcpState.TIME_WAIT, 101_223L, TcpState.ESTABLISHED, 41L, TcpState.FIN_WAIT2, 6L,
                TcpState.FIN_WAIT1, 9L));
        census.put("server", Map.of(TcpState.LISTEN, 16L));
        RunInterval interval =
                new RunInterval(5_000_000_000L, 1_000_000_000L, Phase.MEASURE, 20_341, 0, 0, 20_341.2, null, 64, 0L, 12_311L,
                        40_991L, census, Map.of("client", 12_300_000_000L, "server", 900_000_000L), Map.of(), Map.of(),
                        Map.of(),
                        Map.of(), Map.of());
        return new LiveFrame(interval, 0.3, 7_000_000_000L, null, 64, 121_005, Map.of());
    }

    static LiveFrame troubled() {
        Map<String, Map<TcpState, Long>> census = new LinkedHashMap<>();
        census.put("client", Map.of(TcpState.SYN_SENT, 1_200L));
        Map<String, Map<String, Long>> counters = new LinkedHashMap<>();
        counters.put("client", Map.of("TcpExtTCPSynRetrans", 1_180L, "TcpExtTCPChallengeACK", 2L));
        counters.put("server", Map.of("TcpExtListenDrops", 3_210L, "TcpExtListenOverflows", 3_210L));
        RunInterval interval =
                new RunInterval(6_000_000_000L, 1_000_000_000L, Phase.MEASURE, 0, 12, 0, 0, null, 1_200, null, null, null,
                        census, Map.of(), counters);
        return new LiveFrame(interval, 0.4, null, 20_000.0, 1_200, 121_005,
                Map.of("refused", 12L, "shed", 3_400L, "other", 0L));
    }
}
