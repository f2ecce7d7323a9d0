package dev.netchurn.loadgen.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one phenomenon showed.
 *
 * @param name kebab-case
 * @param title a few words
 * @param claim one sentence that the checks prove or disprove
 * @param passed whether every check did; false when it was skipped
 * @param skipped why it was not run, null when it was
 * @param durationNs how long the scene took
 * @param plays how often it was played: again when it failed while this machine was held up
 * @param heldUpNs the longest that this machine let a thread wait which had something to do, such as to deliver a segment
 * @param topology {@code wire} or {@code loopback}
 * @param expected one line per check
 * @param observed one line per check, in the same order
 * @param checks the same, in parts
 * @param segments captured, in the order they were sent
 * @param omittedSegments captured beyond those kept
 * @param states first sightings, in order
 * @param calls of the two applications, in order
 */
public record LabResult(
        String name,
        String title,
        String claim,
        boolean passed,
        @Nullable String skipped,
        long durationNs,
        int plays,
        long heldUpNs,
        String topology,
        List<String> expected,
        List<String> observed,
        List<Check> checks,
        List<Segment> segments,
        int omittedSegments,
        List<StateChange> states,
        List<Call> calls) {

    /** Kernel timers begin at 40 ms (delayed ACK) and 200 ms (retransmission). */
    private static final long HELD_UP_TOO_LONG_NS = 20_000_000;

    public LabResult {
        expected = List.copyOf(expected);
        observed = List.copyOf(observed);
        checks = List.copyOf(checks);
        segments = List.copyOf(segments);
        states = List.copyOf(states);
        calls = List.copyOf(calls);
    }

    /** The result of a phenomenon that this machine cannot show. */
    public static LabResult skipped(Phenomenon phenomenon, String reason) {
        return new LabResult(phenomenon.name(), phenomenon.title(), phenomenon.claim(), false, reason, 0, 0, 0,
                phenomenon.stage().topology(), List.of(), List.of(), List.of(), List.of(), 0, List.of(), List.of());
    }

    /** The result of a phenomenon whose scene broke down before it could tell anything. */
    public static LabResult broken(Phenomenon phenomenon, String sentence) {
        Check check = new Check("the scene", "runs to its end", sentence, false);
        return of(phenomenon, 0, 0, List.of(check), List.of(), 0, List.of(), List.of());
    }

    /** Whether it failed while this machine did not give it the time it needs: that says nothing about TCP. */
    boolean mayBeTheMachine() {
        return !passed && skipped == null && heldUpNs > HELD_UP_TOO_LONG_NS;
    }

    LabResult afterPlays(int count) {
        return new LabResult(name, title, claim, passed, skipped, durationNs, count, heldUpNs, topology, expected, observed,
                checks,
                segments, omittedSegments, states, calls);
    }

    static LabResult of(Phenomenon phenomenon, long durationNs, long heldUpNs, List<Check> checks, List<Segment> segments,
            int omitted,
            List<StateChange> states, List<Call> calls) {
        return new LabResult(phenomenon.name(), phenomenon.title(), phenomenon.claim(),
                !checks.isEmpty() && checks.stream().allMatch(Check::passed), null, durationNs, 1, heldUpNs,
                phenomenon.stage().topology(),
                checks.stream().map(check -> check.what() + ": " + check.expected()).toList(),
                checks.stream().map(check -> check.what() + ": " + check.observed()).toList(),
                checks, segments, omitted, states, calls);
    }
}
