package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One number of a result, found by name, such as {@code connect.p99} or {@code counters.server.TcpExtListenDrops}.
 *
 * @param name as the user wrote it
 * @param unit of its value
 * @param reading takes it from a result
 */
public record Metric(String name, Unit unit, Function<RunResult, Reading> reading) {

    private static final Map<String, Function<RunResult, @Nullable Number>> PLAIN = plain();
    private static final List<String> SIDES = List.of("client", "server");

    /** What a value counts. */
    public enum Unit {
        NANOSECONDS, NUMBER;

        /** A value in the spelling of the command line, with four digits. */
        String text(double value) {
            return switch (this) {
                case NANOSECONDS -> value < 1e3
                        ? number(value) + "ns"
                        : value < 1e6
                                ? number(value / 1e3) + "us"
                                : value < 1e9 ? number(value / 1e6) + "ms" : number(value / 1e9) + "s";
                case NUMBER -> number(value);
            };
        }

        private static String number(double value) {
            String form = value == Math.rint(value) ? "%.0f" : value >= 1000 ? "%.1f" : "%.4g";
            return String.format(Locale.ROOT, form, value);
        }
    }

    /** What a result says about a metric. */
    public sealed interface Reading {
    }

    /** A value. */
    record Seen(double value) implements Reading {
    }

    /** A percentile that ranks among arrivals that never got there. */
    record Infinite(String why) implements Reading {
    }

    /** Nothing. */
    record Unseen(String why) implements Reading {
    }

    /**
     * Finds a metric.
     *
     * @param counters names of the kernel counters that may be asked for
     * @throws IllegalArgumentException with a sentence for the user that says what can be asked
     */
    public static Metric parse(String name, Set<String> counters) {
        Function<RunResult, @Nullable Number> plain = PLAIN.get(name);
        if (plain != null) {
            return new Metric(name, name.endsWith("NsPerConnection") ? Unit.NANOSECONDS : Unit.NUMBER,
                    result -> reading(plain.apply(result), name + " was not observed"));
        }
        String[] parts = name.split("\\.", 2);
        if (parts.length == 2) {
            if (kindNames().anyMatch(parts[0]::equals)) {
                return LatencyMetric.parse(name, parts[0], parts[1]);
            }
            if (SIDES.contains(parts[0])) {
                return census(name, parts[0], parts[1]);
            }
            if (parts[0].equals("counters")) {
                return counter(name, parts[1], counters);
            }
        }
        throw unknown(name);
    }

    /** What a result says. */
    public Reading read(RunResult result) {
        return reading.apply(result);
    }

    private static Metric census(String name, String side, String rest) {
        String[] parts = rest.split("\\.", -1);
        TcpState state = Arrays.stream(TcpState.values()).filter(one -> one.name().equals(parts[0])).findFirst().orElse(null);
        boolean isUnaccepted = rest.equals("CLOSE_WAIT.unaccepted") && side.equals("server");
        if (state == null || parts.length != 2 || !isUnaccepted && !parts[1].equals("peak") && !parts[1].equals("final")) {
            throw new IllegalArgumentException(
                    "'" + name + "' cannot be asked; write SIDE.STATE.peak or SIDE.STATE.final, SIDE being"
                            + " client or server and STATE one of " + states() + ", or server.CLOSE_WAIT.unaccepted");
        }
        return new Metric(name, Unit.NUMBER, result -> {
            CensusSummary census = result.census();
            Map<TcpState, CensusSummary.StateCount> counts = census == null
                    ? null
                    : side.equals("client") ? census.client() : census.server();
            if (counts == null) {
                return new Unseen("the sockets of the " + side + " were not observed");
            }
            CensusSummary.StateCount count = counts.getOrDefault(state, new CensusSummary.StateCount(0, 0L, 0L));
            Long value =
                    isUnaccepted ? count.unaccepted() : parts[1].equals("peak") ? Long.valueOf(count.peak()) : count.atEnd();
            return reading(value, "the sockets of the " + side + " were not read after the drain");
        });
    }

    private static Metric counter(String name, String rest, Set<String> known) {
        String[] parts = rest.split("\\.", -1);
        if (parts.length != 2 || !SIDES.contains(parts[0]) && !parts[0].equals("shared")) {
            throw new IllegalArgumentException("'" + name
                    + "' cannot be asked; write counters.client.NAME or counters.server.NAME,"
                    + " or counters.shared.NAME where both ends share a namespace, such as counters.server.TcpExtListenDrops");
        }
        if (!known.contains(parts[1])) {
            throw new IllegalArgumentException(
                    "'" + parts[1] + "' in '" + name + "' is not a kernel counter that can be asked; use one of "
                            + String.join(" ", known));
        }
        return new Metric(name, Unit.NUMBER, result -> {
            Map<String, Long> counters = result.counters().get(parts[0]);
            return counters == null
                    ? new Unseen("this run has no counters of '" + parts[0] + "', but of " + result.counters().keySet())
                    : new Seen(counters.getOrDefault(parts[1], 0L));
        });
    }

    static Reading reading(@Nullable Number value, String whyNot) {
        return value == null ? new Unseen(whyNot) : new Seen(value.doubleValue());
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("'" + name + "' cannot be asked; use one of " + String.join(" ", PLAIN.keySet())
                + ", or LATENCY.p50 with LATENCY one of " + kindNames().collect(Collectors.joining(" ")) + " and "
                + LatencyMetric.FIELDS
                + ", or SIDE.STATE.final and .peak, or counters.SIDE.NAME");
    }

    private static Stream<String> kindNames() {
        return Arrays.stream(LatencyKind.values()).map(LatencyKind::text);
    }

    private static String states() {
        return Arrays.stream(TcpState.values()).map(Enum::name).collect(Collectors.joining(" "));
    }

    private static Map<String, Function<RunResult, @Nullable Number>> plain() {
        Map<String, Function<RunResult, @Nullable Number>> plain = new LinkedHashMap<>();
        plain.put("rate", result -> result.rate().achievedPerSecond());
        plain.put("rate.offered", result -> result.rate().offeredPerSecond());
        plain.put("rate.closes", result -> result.rate().closesPerSecond());
        plain.put("scheduled", result -> result.ledger().scheduled());
        plain.put("started", result -> result.ledger().started());
        plain.put("shed", result -> result.ledger().shed());
        plain.put("established", result -> result.ledger().established());
        plain.put("failed", result -> result.ledger().failedTotal());
        plain.put("closed", result -> result.ledger().closed());
        plain.put("closeFailed", result -> result.ledger().closeFailedTotal());
        plain.put("stillOpen", result -> result.ledger().stillOpen());
        plain.put("inFlight.mean", result -> result.ledger().inFlight().mean());
        plain.put("inFlight.max", result -> result.ledger().inFlight().max());
        for (Outcome outcome : Outcome.values()) {
            plain.putIfAbsent(outcome.text(), result -> result.ledger().failed().get(outcome.text()));
        }
        for (CloseOutcome outcome : CloseOutcome.values()) {
            plain.putIfAbsent(outcome.text(), result -> outcome == CloseOutcome.STILL_OPEN
                    ? Long.valueOf(result.ledger().stillOpen())
                    : result.ledger().closeFailed().get(outcome.text()));
        }
        plain.put("closers.size", result -> result.closers() == null ? null : result.closers().size());
        plain.put("closers.queueMean", result -> result.closers() == null ? null : result.closers().queueMean());
        plain.put("closers.queueMax", result -> result.closers() == null ? null : result.closers().queueMax());
        plain.put("closers.ranOut", result -> result.closers() == null ? null : result.closers().ranOut());
        plain.put("listenQueue.peak", result -> result.listenQueue() == null ? null : result.listenQueue().peak());
        plain.put("cpu.clientNsPerConnection", result -> result.cpu().clientNsPerConnection());
        plain.put("cpu.serverNsPerConnection", result -> result.cpu().serverNsPerConnection());
        plain.put("cpu.clientCores", result -> result.cpu().clientCores());
        plain.put("cpu.serverCores", result -> result.cpu().serverCores());
        return plain;
    }
}
