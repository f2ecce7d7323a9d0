package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.StateMeaning;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each state that piled up and each counter that moved means. A state that connections only pass through is explained when
 * more sockets were in it than connections were under way, or when some were left at the end.
 */
public final class Explanations {

    /** Below this a peak is what a turn of an event loop leaves lying about. */
    static final long LITTLE = 10;

    private Explanations() {
    }

    /** States first, then counters; each by side. */
    static List<Explanation> of(@Nullable CensusSummary census, Map<String, Map<String, Long>> counters, long inFlightMax) {
        List<Explanation> explanations = new ArrayList<>();
        if (census != null) {
            states(Side.CLIENT, census.client(), inFlightMax, explanations);
            states(Side.SERVER, census.server(), inFlightMax, explanations);
        }
        counters.forEach((side, moved) -> moved.forEach((name, count) -> CounterMeaning.of(name)
                .ifPresent(sentence -> explanations.add(new Explanation(name, side, count, sentence)))));
        return explanations;
    }

    private static void states(Side side, @Nullable Map<TcpState, StateCount> counts, long inFlightMax,
            List<Explanation> explanations) {
        if (counts == null) {
            return;
        }
        counts.forEach((state, count) -> {
            long atEnd = count.atEnd() == null ? 0 : count.atEnd();
            boolean piledUp = isCountedExactly(state) && count.peak() > Math.max(LITTLE, 2 * inFlightMax);
            if (state != TcpState.LISTEN && (atEnd > 0 || piledUp)) {
                explanations.add(new Explanation(state.name(), side.text(), atEnd > 0 ? atEnd : count.peak(),
                        StateMeaning.of(state, side) + "."));
            }
        });
    }

    /** Between two walks these two are told from sums that hold FIN_WAIT2 and CLOSE_WAIT as well (SocketEstimate). */
    private static boolean isCountedExactly(TcpState state) {
        return state != TcpState.TIME_WAIT && state != TcpState.ESTABLISHED;
    }
}
