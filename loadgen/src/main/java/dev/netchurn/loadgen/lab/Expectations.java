package dev.netchurn.loadgen.lab;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.linux.Errno;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a script says must be seen. Every expectation becomes a {@link Check}, whether it holds or not; none throws, so that a
 * result always tells everything. Owned by the script's thread.
 */
public final class Expectations {

    private final End client;
    private final End server;
    private final Tape tape;
    private final StateWatch watch;
    private final List<Check> checks = new ArrayList<>();

    Expectations(End client, End server, Tape tape, StateWatch watch) {
        this.client = client;
        this.server = server;
        this.tape = tape;
        this.watch = watch;
    }

    /** Anything whose text must be this. */
    public void same(String what, Object expected, @Nullable Object observed) {
        String wanted = String.valueOf(expected);
        String seen = String.valueOf(observed);
        checks.add(new Check(what, wanted, seen, wanted.equals(seen)));
    }

    /** A number within bounds. */
    public void between(String what, long least, long most, long observed) {
        String range = least == most ? Long.toString(least) : least + " to " + most;
        checks.add(new Check(what, range, Long.toString(observed), observed >= least && observed <= most));
    }

    /** A duration within bounds. */
    public void between(String what, Duration least, Duration most, long observedNs) {
        checks.add(new Check(what, seconds(least.toNanos()) + " to " + seconds(most.toNanos()) + " s",
                seconds(observedNs) + " s", observedNs >= least.toNanos() && observedNs <= most.toNanos()));
    }

    /** The outcome of a call: 0 or more, or an errno. */
    public void outcome(String call, int expected, int observed) {
        same(call, outcomeText(expected), outcomeText(observed));
    }

    /** How far a kernel counter of one side moved since the scene began. */
    public void counter(Side side, String name, long delta) {
        same(side.text() + "'s " + name, delta, end(side).moved(name));
    }

    /** How many ends of a side are in a state now. */
    public void count(Side side, TcpState state, long expected) {
        watch.look();
        same(side.text() + "'s sockets in " + state, expected, watch.count(side, state));
    }

    /** The state of one end now. */
    public void state(Side side, Scene.Connection connection, TcpState expected) {
        watch.look();
        same("the " + side.text() + "'s state", expected, watch.state(side, connection.port(), Scene.PORT));
    }

    /** That one end has no socket any more. */
    public void closed(Side side, Scene.Connection connection) {
        watch.look();
        TcpState state = watch.state(side, connection.port(), Scene.PORT);
        same("the " + side.text() + "'s state", StateWatch.CLOSED, state == null ? StateWatch.CLOSED : state);
    }

    /** All states that one end of a connection was seen in, in order; {@code CLOSED} at the end counts when it is expected. */
    public void states(Side side, Scene.Connection connection, String... expected) {
        states(side, connection.port(), expected);
    }

    /** As above, by the client's port. */
    public void states(Side side, int clientPort, String... expected) {
        watch.look();
        Stream<String> seen = tape.states().stream()
                .filter(change -> change.side().equals(side.text()))
                .filter(change -> change.clientPort() != null && change.clientPort() == clientPort)
                .map(StateChange::state);
        same("states of the " + side.text() + ordinal(clientPort), String.join(" → ", expected),
                seen.collect(Collectors.joining(" → ")));
    }

    /** All segments of the scene, in the order they were sent, each as {@link SegmentTrace#text()}. */
    public void segments(String... expected) {
        sequence("segments", Arrays.asList(expected), tape.segments().stream().map(SegmentTrace::text).toList());
    }

    /** The segments from an instant of the scene on. */
    public void segmentsSince(long sinceNs, String... expected) {
        sequence("segments", Arrays.asList(expected),
                tape.segments().stream().filter(segment -> segment.atNs() >= sinceNs).map(SegmentTrace::text).toList());
    }

    /** How many segments of the scene fit a description. */
    public void segmentCount(String what, long expected, Predicate<SegmentTrace> which) {
        same(what, expected, tape.segments().stream().filter(which).count());
    }

    /** The segments so far, for what the methods above do not offer. */
    public List<SegmentTrace> segments() {
        return tape.segments();
    }

    /** Notes that something which the rest builds on did not happen, and ends the scene. */
    void missing(String what, String condition) {
        checks.add(new Check("the scene sees", what + " " + condition, "it does not", false));
        throw SceneEnded.failed(what);
    }

    /** Notes why the script did not get to its end, unless a check says so already. */
    void failed(String sentence) {
        if (checks.stream().anyMatch(check -> !check.passed())) {
            return;
        }
        checks.add(new Check("the scene", "runs to its end", sentence, false));
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    /** One check per segment would be noise: one that says where the two lists part. */
    private void sequence(String what, List<String> expected, List<String> observed) {
        checks.add(new Check(what, String.join(", ", expected), String.join(", ", observed), expected.equals(observed)));
    }

    /** Which connection of the scene, where there are several. */
    private String ordinal(int clientPort) {
        List<Integer> ports = tape.segments().stream().map(SegmentTrace::clientPort).distinct().toList();
        return ports.size() < 2 ? "" : " in connection " + (ports.indexOf(clientPort) + 1);
    }

    private End end(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    private static String outcomeText(int outcome) {
        return outcome < 0 ? Errno.name(-outcome) : Integer.toString(outcome);
    }

    private static String seconds(long ns) {
        return String.format(Locale.ROOT, "%.3f", ns / 1e9);
    }
}
