package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.Processors;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLoopReserveTest {

    private final RequestFixture request = RequestFixture.closedLoop();

    @Test
    void leavesTheLastProcessorsToTheEventLoops() {
        assertThat(othersOn(0, 1)).containsExactly(0);
        assertThat(othersOn(2, 3, 5, 7)).containsExactly(2, 3, 5);
        request.loops = 3;
        assertThat(othersOn(2, 3, 5, 7)).containsExactly(2);
    }

    @Test
    void leavesNoneWhereAllAreNeeded() {
        assertThat(othersOn(0)).isEmpty();
        request.loops = 2;
        assertThat(othersOn(0, 1)).isEmpty();
    }

    @Test
    void countsOnlyEventLoopsThatHaveSomethingToDo() {
        request.loops = 2;
        request.arrival = new ArrivalPlan.ClosedLoop(1);
        assertThat(othersOn(0, 1)).containsExactly(0);
    }

    @Test
    void leavesNoneWithoutAWarmUp() {
        request.warmupNs = 0;
        assertThat(othersOn(0, 1)).isEmpty();
    }

    private List<Integer> othersOn(Integer... allowed) {
        try (EventLoopReserve reserve = EventLoopReserve.of(request.plan(), Processors.of(List.of(allowed)))) {
            return reserve.othersOn();
        }
    }
}
