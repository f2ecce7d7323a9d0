package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot interval of a run. The counts are of this interval alone.
 *
 * @param startNs since the run began
 * @param durationNs from the previous snapshot to this one
 * @param phase at the end of the interval
 * @param established handshakes completed
 * @param failed started arrivals that did not become a connection
 * @param shed arrivals not started
 * @param rate handshakes per second
 * @param offeredPerSecond what the schedule asked for, at the middle of the interval; null in closed loop and in the drain
 * @param inFlightMax highest number in flight
 * @param listenQueue connections in the accept queues of the target at the end of the interval; null when not observed
 * @param connectP50Ns null when nothing was recorded
 * @param connectP99Ns likewise
 * @param census {@code client}, {@code server}: sockets by state; a side that was not observed is absent
 * @param censusAgeNs {@code client}, {@code server}: for how long the socket table had not been walked at the end of the
 *     interval, 0 when it was walked for it, absent when it never was; states that the kernel does not count
 *     ({@link TcpState#isCountedByKernel}) are that old
 * @param predictedTimeWait {@code client}, {@code server}: sockets that should be in TIME_WAIT at the end of the interval, by
 *     arithmetic; empty where nothing was predicted
 * @param counters {@code client}, {@code server} or {@code shared}: what moved, non-zero differences only
 * @param outcomes arrivals that ended, by outcome, established ones included; outcomes that none had are absent
 * @param closes established connections that ended, by how; likewise
 * @param cpuNs {@code client}, {@code server}: CPU time that each worker was charged
 */
public record RunInterval(
        long startNs,
        long durationNs,
        Phase phase,
        long established,
        long failed,
        long shed,
        double rate,
        @Nullable Double offeredPerSecond,
        long inFlightMax,
        @Nullable Long listenQueue,
        @Nullable Long connectP50Ns,
        @Nullable Long connectP99Ns,
        Map<String, Map<TcpState, Long>> census,
        Map<String, Long> censusAgeNs,
        Map<String, Long> predictedTimeWait,
        Map<String, Map<String, Long>> counters,
        Map<String, Long> outcomes,
        Map<String, Long> closes,
        Map<String, Long> cpuNs) {

    /** Where the census is of now, and neither how arrivals and connections ended nor what it cost is known. */
    public RunInterval(long startNs, long durationNs, Phase phase, long established, long failed, long shed, double rate,
            @Nullable Double offeredPerSecond, long inFlightMax, @Nullable Long listenQueue, @Nullable Long connectP50Ns,
            @Nullable Long connectP99Ns, Map<String, Map<TcpState, Long>> census,
            Map<String, Long> predictedTimeWait, Map<String, Map<String, Long>> counters) {
        this(startNs, durationNs, phase, established, failed, shed, rate, offeredPerSecond, inFlightMax, listenQueue,
                connectP50Ns, connectP99Ns, census, Map.of(), predictedTimeWait, counters, Map.of(), Map.of(), Map.of());
    }

    /** Whether a count of this state is older than the interval. */
    public boolean isOld(String side, TcpState state) {
        return !state.isCountedByKernel() && censusAgeNs.getOrDefault(side, 0L) > 0;
    }

    public RunInterval {
        census = Collections.unmodifiableMap(new LinkedHashMap<>(census));
        censusAgeNs = Collections.unmodifiableMap(new LinkedHashMap<>(censusAgeNs));
        predictedTimeWait = Collections.unmodifiableMap(new LinkedHashMap<>(predictedTimeWait));
        counters = Collections.unmodifiableMap(new LinkedHashMap<>(counters));
        outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
        closes = Collections.unmodifiableMap(new LinkedHashMap<>(closes));
        cpuNs = Collections.unmodifiableMap(new LinkedHashMap<>(cpuNs));
    }
}
