package dev.netchurn.loadgen.run;

import dev.netchurn.server.ServerBooks;
import dev.netchurn.loadgen.latency.LatencyKind;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A finished run: exactly what result.json holds, key by key. What was not observed is null. Immutable.
 *
 * @param schemaVersion of result.json, {@value #SCHEMA_VERSION}
 * @param id unique to this run
 * @param startedAt wall-clock time in ISO 8601 with a zone, such as {@code 2026-03-01T12:00:00Z}
 * @param name for people
 * @param verdict whether the numbers hold
 * @param config every effective flag by its long name, as text, number, boolean or list
 * @param environment where it ran
 * @param ledger what became of the arrivals of the measurement
 * @param books what client, kernel and target counted
 * @param activeCloser who sent the first FIN, as measured
 * @param rate connections per second over the measurement
 * @param latency by the names of {@code LatencyKind}; a latency that was not observed is absent
 * @param closers who made the lingering closes; null where no close lingered
 * @param synRetransmits sampled connections by the number of SYN repeats; null when none was asked
 * @param census sockets by side and state; null when nothing was observed
 * @param listenQueue accept queues of the target; null when not observed
 * @param counters {@code client} and {@code server}, or {@code shared}: every non-zero difference over measurement and drain
 * @param cpu what the processes were charged
 * @param observer what watching the kernel cost
 * @param explanations what each state that piled up and each counter that moved means
 * @param predictions what arithmetic expects, beside what was measured
 * @param notes what this run shows and is often taken for something else
 * @param intervals one per snapshot, in order
 * @param assertions one per {@code --assert}, in order
 */
public record RunResult(
        int schemaVersion,
        String id,
        String startedAt,
        String name,
        Verdict verdict,
        Map<String, Object> config,
        Environment environment,
        LedgerSummary ledger,
        Books books,
        @Nullable ActiveCloser activeCloser,
        Rate rate,
        Map<String, LatencySummary> latency,
        @Nullable ClosersSummary closers,
        @Nullable Map<String, Long> synRetransmits,
        @Nullable CensusSummary census,
        @Nullable ListenQueueSummary listenQueue,
        Map<String, Map<String, Long>> counters,
        Cpu cpu,
        @Nullable Observer observer,
        List<Explanation> explanations,
        Predictions predictions,
        List<Misconception> notes,
        List<RunInterval> intervals,
        List<AssertionResult> assertions) {

    public static final int SCHEMA_VERSION = 1;

    /**
     * Where a run took place.
     *
     * @param kernel release, such as {@code 6.12.0}
     * @param cpus that this process may use
     * @param cpuModel null when the machine does not say
     * @param memoryBytes of the machine; null when it does not say
     * @param jdk version of the Java virtual machine
     * @param netchurn version of this program
     * @param netty version of Netty
     * @param topology {@code veth}, {@code loopback} or {@code host}
     * @param sysctls {@code client} and {@code server}, or {@code shared}: effective values, read back
     * @param limits such as the descriptor limit, by name
     */
    public record Environment(
            String kernel,
            int cpus,
            @Nullable String cpuModel,
            @Nullable Long memoryBytes,
            String jdk,
            String netchurn,
            String netty,
            String topology,
            Map<String, Map<String, String>> sysctls,
            Map<String, Object> limits) {

        public Environment {
            sysctls = ordered(sysctls);
            limits = ordered(limits);
        }
    }

    /**
     * How many connections each book holds, warm-up included. Null = nobody keeps that book here.
     *
     * @param ledger established, as the client counted
     * @param activeOpens of the client's kernel
     * @param passiveOpens of the server's kernel
     * @param accepted by the target
     * @param queued left in the accept queue by a target that never accepts, whose book the kernel keeps; null elsewhere
     * @param agree whether all that exist fit together; null when there is nothing to compare
     * @param differences one sentence per book that does not fit
     * @param target all that the target counted; null with somebody else's
     */
    public record Books(
            long ledger,
            @Nullable Long activeOpens,
            @Nullable Long passiveOpens,
            @Nullable Long accepted,
            @Nullable Long queued,
            @Nullable Boolean agree,
            List<String> differences,
            @Nullable ServerBooks target) {

        public Books {
            differences = List.copyOf(differences);
        }
    }

    /**
     * Connections by the side that sent the first FIN or RST.
     *
     * @param both the two FINs crossed, or each side closed without having seen the other's
     */
    public record ActiveCloser(long client, long server, long both) {
    }

    /**
     * Connections per second over the measurement.
     *
     * @param offeredPerSecond what the schedule asked for; null in closed loop
     * @param achievedPerSecond handshakes completed
     * @param closesPerSecond closes completed
     */
    public record Rate(@Nullable Double offeredPerSecond, double achievedPerSecond, double closesPerSecond) {
    }

    /**
     * The accept queues of the target's listeners, added up.
     *
     * @param peak highest length seen
     * @param limit how many may wait
     */
    public record ListenQueueSummary(long peak, long limit) {
    }

    /**
     * CPU time that each process was charged over the measurement. On loopback and veth the receiver's softirq work runs in
     * the sender's system call and is charged to the sender.
     *
     * @param clientCores mean number of cores that the client's worker kept busy
     * @param stealFraction share of all CPU time that the hypervisor took away, 0 to 1
     */
    public record Cpu(
            @Nullable Double clientNsPerConnection,
            @Nullable Double serverNsPerConnection,
            @Nullable Double clientCores,
            @Nullable Double serverCores,
            @Nullable Double stealFraction) {
    }

    /**
     * What watching cost.
     *
     * @param censusNsPerInterval CPU time of the kernel readings per interval, mean
     * @param droppedToCounts whether walks of the socket table were left out because they cost too much
     */
    public record Observer(double censusNsPerInterval, boolean droppedToCounts) {
    }

    public RunResult {
        config = ordered(config);
        latency = ordered(latency);
        synRetransmits = synRetransmits == null ? null : ordered(synRetransmits);
        counters = ordered(counters);
        explanations = List.copyOf(explanations);
        notes = List.copyOf(notes);
        intervals = List.copyOf(intervals);
        assertions = List.copyOf(assertions);
    }

    /** A latency by its name, or null where it was not observed; the wait for a closer is told with the closers. */
    public @Nullable LatencySummary latencyOf(String kind) {
        if (kind.equals(LatencyKind.CLOSER_QUEUE.text())) {
            return closers == null ? null : closers.queueTime();
        }
        return latency.get(kind);
    }

    /** Whether connections started on a schedule; otherwise a new one started when one had ended. */
    public boolean openLoop() {
        return rate.offeredPerSecond() != null;
    }

    /** The same run, judged otherwise. */
    public RunResult withVerdict(Verdict other) {
        return new RunResult(schemaVersion, id, startedAt, name, other, config, environment, ledger, books, activeCloser,
                rate, latency, closers, synRetransmits, census, listenQueue, counters, cpu, observer, explanations, predictions,
                notes, intervals, assertions);
    }

    /** The same run with what its assertions gave. */
    public RunResult withAssertions(List<AssertionResult> results) {
        return new RunResult(schemaVersion, id, startedAt, name, verdict, config, environment, ledger, books, activeCloser,
                rate, latency, closers, synRetransmits, census, listenQueue, counters, cpu, observer, explanations, predictions,
                notes, intervals, results);
    }

    /** The same run with what it shows and is often taken for something else. */
    public RunResult withNotes(List<Misconception> found) {
        return new RunResult(schemaVersion, id, startedAt, name, verdict, config, environment, ledger, books, activeCloser,
                rate, latency, closers, synRetransmits, census, listenQueue, counters, cpu, observer, explanations, predictions,
                found,
                intervals, assertions);
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
