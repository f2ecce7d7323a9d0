package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.transport.Endpoint;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopShareTest {

    private static final Endpoint TARGET = Endpoint.parse("127.0.0.1:80");

    @Test
    void partsAddUpToTheWhole() {
        for (int loops = 1; loops <= 64; loops++) {
            for (long total : new long[] {0, 1, 20, 63, 64, 65, 1_000_003}) {
                int all = loops;
                assertThat(IntStream.range(0, loops).mapToLong(loop -> LoopShare.part(total, loop, all)).sum())
                        .isEqualTo(total);
            }
        }
    }

    @Test
    void partsAreTheNumbersWithTheLoopsRemainder() {
        assertThat(LoopShare.part(20, 0, 3)).isEqualTo(7);
        assertThat(LoopShare.part(20, 1, 3)).isEqualTo(7);
        assertThat(LoopShare.part(20, 2, 3)).isEqualTo(6);
    }

    @Test
    void closedLoopIsBoundedByItsConcurrencyAndOpenLoopByTheInFlightLimit() {
        LoadPlan closed = TestPlan.against(TARGET).loops(4).concurrency(10).make();
        LoadPlan open = TestPlan.against(TARGET).loops(4).rate(10).maxInFlight(6, LoadPlan.Overload.SHED).make();

        assertThat(LoopShare.of(closed, 1).inFlightLimit()).isEqualTo(3);
        assertThat(LoopShare.of(open, 1).inFlightLimit()).isEqualTo(2);
        assertThat(LoopShare.of(open, 3).inFlightLimit()).isEqualTo(1);
    }

    @Test
    void onlyTimeEndsALoadWithoutANumberOfConnections() {
        assertThat(LoopShare.of(TestPlan.against(TARGET).make(), 0).measuredArrivals()).isEqualTo(Long.MAX_VALUE);
    }
}
