package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.CounterTone;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.run.RunInterval;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Lines;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The parts of a {@link LiveFrame} as text, without colours. */
final class FrameText {

    static final String GAP = "   ";
    private static final int BAR = 24;
    private static final int TIME = 7;

    private FrameText() {
    }

    static String phase(Phase phase) {
        return switch (phase) {
            case WARMUP -> "warm-up";
            case MEASURE -> "measure";
            case DRAIN -> "drain";
        };
    }

    /** A bar, the share in percent and the time left. */
    static String progress(LiveFrame frame) {
        int done = (int) Math.round(frame.progress() * BAR);
        String left = frame.leftNs() == null ? "" : GAP + Figures.time(Math.max(0, frame.leftNs())) + " left";
        return "█".repeat(done) + "░".repeat(BAR - done) + Lines.right(Math.round(100 * frame.progress()) + " %", 6) + left;
    }

    static String rate(LiveFrame frame) {
        RunInterval interval = frame.interval();
        Double offered = frame.offeredPerSecond();
        return Figures.rate(interval.rate())
                + (offered == null || interval.phase() == Phase.DRAIN ? "" : " of " + Figures.rate(offered));
    }

    static String connections(LiveFrame frame) {
        return "in flight " + Figures.count(frame.inFlight()) + GAP + "established " + Figures.count(frame.established());
    }

    static String connect(RunInterval interval) {
        return "p50 " + Lines.left(Figures.time(interval.connectP50Ns()), TIME) + GAP + "p99 "
                + Figures.time(interval.connectP99Ns());
    }

    /**
     * Sockets by state, the most first, those last that an earlier walk saw, with its age; listeners are left out, and so is what
     * was passing then: it is long gone.
     */
    static String census(RunInterval interval, String side, String gap) {
        Map<TcpState, Long> sockets = new EnumMap<>(TcpState.class);
        sockets.putAll(interval.census().getOrDefault(side, Map.of()));
        sockets.remove(TcpState.LISTEN);
        sockets.entrySet().removeIf(entry -> entry.getValue() == 0
                || entry.getKey().isTransient() && interval.isOld(side, entry.getKey()));
        if (sockets.isEmpty()) {
            return interval.census().containsKey(side) ? "no socket" : Figures.NONE;
        }
        List<String> now = new ArrayList<>();
        List<String> old = new ArrayList<>();
        sockets.entrySet().stream().sorted(Map.Entry.<TcpState, Long>comparingByValue().reversed())
                .forEach(entry -> (interval.isOld(side, entry.getKey()) ? old : now).add(entry.getKey() + " "
                        + Figures.count(entry.getValue())
                        + (entry.getKey() == TcpState.TIME_WAIT ? expected(interval, side) : "")));
        if (!old.isEmpty()) {
            now.add(Figures.time(interval.censusAgeNs().get(side)) + " ago " + String.join(gap, old));
        }
        return String.join(gap, now);
    }

    /** How long ago the socket table was walked, in words; empty when it was walked just now, or never. */
    static String walked(RunInterval interval) {
        long ageNs = interval.censusAgeNs().values().stream().mapToLong(Long::longValue).max().orElse(0);
        return ageNs == 0 ? "" : "walked " + Math.round(ageNs / 1e9) + " s ago";
    }

    private static String expected(RunInterval interval, String side) {
        Long predicted = interval.predictedTimeWait().get(side);
        return predicted == null ? "" : " (expected " + Figures.count(predicted) + ")";
    }

    /** The counters that moved, have a meaning here and do not move in every run; the loud ones first. */
    static String counters(RunInterval interval, String gap) {
        List<String> moved = new ArrayList<>();
        interval.counters().forEach((side, counters) -> counters.forEach((name, value) -> {
            if (CounterTone.of(name).compareTo(CounterTone.ORDINARY) < 0 && CounterMeaning.of(name).isPresent()) {
                moved.add(CounterTone.of(name).ordinal() + name + " +" + Figures.count(value)
                        + (side.equals("shared") ? "" : " " + side));
            }
        }));
        moved.sort(Comparator.naturalOrder());
        return moved.isEmpty()
                ? "only what moves in every run"
                : String.join(gap, moved.stream().map(one -> one.substring(1)).toList());
    }

    static boolean hasTrouble(RunInterval interval) {
        return interval.counters().values().stream().flatMap(counters -> counters.keySet().stream())
                .anyMatch(name -> CounterTone.of(name) == CounterTone.TROUBLE);
    }

    /** Failures so far, the most first. */
    static String failures(LiveFrame frame, String gap) {
        StringJoiner text = new StringJoiner(gap);
        frame.failures().entrySet().stream().filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(entry -> text.add(entry.getKey() + " " + Figures.count(entry.getValue())));
        return text.length() == 0 ? "none" : text.toString();
    }

    static boolean hasFailures(LiveFrame frame) {
        return frame.failures().values().stream().anyMatch(count -> count > 0);
    }
}
