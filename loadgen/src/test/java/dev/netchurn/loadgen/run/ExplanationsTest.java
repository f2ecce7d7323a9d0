package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.StateMeaning;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(10)
class ExplanationsTest {

    @Test
    void aStateThatConnectionsPassThroughIsNotExplained() {
        assertThat(explained(Map.of(TcpState.CLOSE_WAIT, new StateCount(64, 0L, 0L)), 64)).isEmpty();
        assertThat(explained(Map.of(TcpState.FIN_WAIT1, new StateCount(10, 0L, null)), 1)).isEmpty();
        assertThat(explained(Map.of(TcpState.LISTEN, new StateCount(16, 16L, null)), 1)).isEmpty();
    }

    @Test
    void aStateThatHoldsMoreThanIsUnderWayIsExplained() {
        assertThat(explained(Map.of(TcpState.FIN_WAIT1, new StateCount(300, 0L, null)), 64)).singleElement()
                .satisfies(explanation -> {
                    assertThat(explanation.subject()).isEqualTo("FIN_WAIT1");
                    assertThat(explanation.count()).isEqualTo(300);
                });
    }

    @Test
    void whatIsLeftAtTheEndIsExplained() {
        assertThat(explained(Map.of(TcpState.CLOSE_WAIT, new StateCount(9, 2L, 0L)), 64)).singleElement()
                .satisfies(explanation -> assertThat(explanation.count()).isEqualTo(2));
        assertThat(explained(Map.of(TcpState.TIME_WAIT, new StateCount(9, null, null)), 64)).as("no last walk").isEmpty();
    }

    @Test
    void aPeakThatIsOnlyEstimatedIsNotExplained() {
        assertThat(explained(Map.of(TcpState.TIME_WAIT, new StateCount(900, 0L, null), TcpState.ESTABLISHED,
                new StateCount(900, 0L, null)), 1)).isEmpty();
    }

    @Test
    void everyCounterThatMovedIsExplainedOnItsSide() {
        List<Explanation> explanations = Explanations.of(null,
                Map.of("server", Map.of("TcpExtListenOverflows", 3L, "TcpExtOfTomorrow", 1L)), 1);

        assertThat(explanations).singleElement().satisfies(explanation -> {
            assertThat(explanation.subject()).isEqualTo("TcpExtListenOverflows");
            assertThat(explanation.side()).isEqualTo("server");
            assertThat(explanation.count()).isEqualTo(3);
            assertThat(explanation.sentence()).contains("somaxconn");
        });
    }

    @ParameterizedTest
    @EnumSource(TcpState.class)
    void everyStateNamesTheSideAndTheCall(TcpState state) {
        for (Side side : Side.values()) {
            assertThat(StateMeaning.of(state, side)).as(state + " " + side)
                    .containsPattern("the client|the server|both sides|the kernel|connect\\(\\)")
                    .containsPattern("close\\(\\)|connect\\(\\)|listen\\(\\)|shutdown\\(WR\\)").doesNotContain("  ");
        }
        assertThat(StateMeaning.of(state, Side.CLIENT)).isNotEqualTo(StateMeaning.of(state, Side.SERVER));
    }

    private static List<Explanation> explained(Map<TcpState, StateCount> server, long inFlightMax) {
        return Explanations.of(new CensusSummary(Map.of(), server, 10, false), Map.of(), inFlightMax);
    }
}
