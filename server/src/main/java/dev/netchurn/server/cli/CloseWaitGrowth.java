package dev.netchurn.server.cli;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.terminal.Figures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether CLOSE_WAIT grows as it does where an application forgets close(): of ten readings several are higher than the one before
 * and none is lower. Under churn it rises too, but falls again. Used by one thread.
 */
final class CloseWaitGrowth {

    private static final int LEAST_RISES = 3;
    private static final int MOST_READINGS = 10;

    private final Deque<KernelReading> readings = new ArrayDeque<>();

    void add(KernelReading reading) {
        readings.addLast(reading);
        if (readings.size() > MOST_READINGS) {
            readings.removeFirst();
        }
    }

    /** What is wrong, on the sides where something is. */
    Map<Side, String> bySide() {
        Map<Side, String> growing = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            String sentence = of(side);
            if (sentence != null) {
                growing.put(side, sentence);
            }
        }
        return growing;
    }

    private @Nullable String of(Side side) {
        List<Long> counts = new ArrayList<>();
        readings.forEach(reading -> counts.add(reading.side(side).in(TcpState.CLOSE_WAIT)));
        int rises = 0;
        for (int i = 1; i < counts.size(); i++) {
            if (counts.get(i) < counts.get(i - 1)) {
                return null;
            }
            rises += counts.get(i) > counts.get(i - 1) ? 1 : 0;
        }
        long grown = counts.getLast() - counts.getFirst();
        return rises < LEAST_RISES
                ? null
                : "grew by " + Figures.count(grown) + " in "
                        + Figures.time(readings.getLast().atNs() - readings.getFirst().atNs())
                        + " and never fell: does the application close()?";
    }
}
