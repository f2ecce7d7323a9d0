package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.lab.Call;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.Segment;
import dev.netchurn.loadgen.lab.StateChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The connections of a scene, numbered in the order in which they appear, and its clock, which begins with the first of them. */
final class LabScene {

    private static final long SECONDS_FROM_NS = 2_000_000_000L;

    private final LabResult result;
    private final Map<Integer, Integer> numbers = new LinkedHashMap<>();
    private final long startNs;
    private final boolean inSeconds;

    LabScene(LabResult result) {
        this.result = result;
        Stream.concat(result.segments().stream().map(Segment::clientPort),
                result.calls().stream().map(Call::clientPort).filter(Objects::nonNull))
                .forEach(port -> numbers.putIfAbsent(port, numbers.size() + 1));
        startNs = Stream.concat(result.segments().stream().map(Segment::atNs), result.calls().stream()
                .filter(call -> call.clientPort() != null).map(Call::atNs)).min(Comparator.naturalOrder()).orElse(0L);
        inSeconds = result.durationNs() >= SECONDS_FROM_NS;
    }

    boolean isMany() {
        return numbers.size() > 1;
    }

    /** Client ports in the order in which they appeared. */
    List<Integer> connections() {
        return new ArrayList<>(numbers.keySet());
    }

    /** {@code #2} and a space where there is more than one connection. */
    String prefix(@Nullable Integer clientPort) {
        return isMany() && clientPort != null ? "#" + numbers.get(clientPort) + " " : "";
    }

    /** First sightings of one side of the only connection, or of the first. */
    List<StateChange> changes(String side) {
        return numbers.isEmpty() ? List.of() : changes(side, numbers.keySet().iterator().next());
    }

    List<StateChange> changes(String side, int clientPort) {
        return result.states().stream().filter(change -> change.side().equals(side)
                && Objects.equals(change.clientPort(), clientPort)).toList();
    }

    long startNs() {
        return startNs;
    }

    /** What times are written in. */
    String unit() {
        return inSeconds ? "s" : "ms";
    }

    /** An instant since the start, without its unit. */
    String time(long atNs) {
        return String.format(Locale.ROOT, inSeconds ? "%.3f" : "%.2f", (atNs - startNs) / (inSeconds ? 1e9 : 1e6));
    }
}
