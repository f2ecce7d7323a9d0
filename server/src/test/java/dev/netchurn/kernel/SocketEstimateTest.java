package dev.netchurn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SocketEstimateTest {

    private static final int PORT = 9000;
    private static final Set<Side> BOTH = Set.of(Side.CLIENT, Side.SERVER);

    private final SocketTally tally = new SocketTally(Set.of(PORT));

    @Test
    void tellsSidesApartByPort() {
        tally.socket(2, TcpState.ESTABLISHED.number(), PORT, 40000, 5, 0, 0, 0, 0);
        tally.socket(10, TcpState.TIME_WAIT.number(), 40000, PORT, 0, 3, 0, 0, 0);
        tally.socket(2, TcpState.TIME_WAIT.number(), 40000, 80, 0, 3, 0, 0, 0);

        assertThat(side(tally.census(), Side.SERVER).sockets()).isEqualTo(Map.of(TcpState.ESTABLISHED, 1L));
        assertThat(side(tally.census(), Side.CLIENT).sockets()).isEqualTo(Map.of(TcpState.TIME_WAIT, 1L));
        assertThat(tally.foreignTimeWait()).isEqualTo(1);
    }

    @Test
    void countsCloseWaitWithoutAnInodeAsUnacceptedOnTheServerSideOnly() {
        tally.socket(2, TcpState.CLOSE_WAIT.number(), PORT, 40000, 0, 0, 0, 0, 0);
        tally.socket(2, TcpState.CLOSE_WAIT.number(), PORT, 40001, 99, 0, 0, 0, 0);
        tally.socket(2, TcpState.CLOSE_WAIT.number(), 40002, PORT, 0, 0, 0, 0, 0);

        assertThat(side(tally.census(), Side.SERVER).unacceptedCloseWait()).isEqualTo(1);
        assertThat(side(tally.census(), Side.SERVER).in(TcpState.CLOSE_WAIT)).isEqualTo(2);
        assertThat(side(tally.census(), Side.CLIENT).unacceptedCloseWait()).isZero();
    }

    @Test
    void ignoresStatesThatTcpDoesNotHave() {
        for (int state : new int[] {Byte.MIN_VALUE, -1, 0, 12, 13, Byte.MAX_VALUE}) {
            tally.socket(2, state, PORT, 40000, 0, 0, 0, 0, 0);
        }

        assertThat(side(tally.census(), Side.SERVER).sockets()).isEmpty();
    }

    @Test
    void takesOrphanedFinWait2OutOfSockstatsTimeWait() {
        tally.socket(2, TcpState.FIN_WAIT2.number(), 40000, PORT, 0, SockDiag.TIMER_OF_MINI, 0, 0, 0);
        SocketEstimate estimate = SocketEstimate.beforeAnyWalk(Set.of(Side.CLIENT)).afterWalkWithoutTimeWait(tally, 0);

        assertThat(side(estimate.withTimeWait(60_001), Side.CLIENT).in(TcpState.TIME_WAIT)).isEqualTo(60_000);
        assertThat(side(estimate.withTimeWait(60_001), Side.CLIENT).in(TcpState.FIN_WAIT2)).isEqualTo(1);
    }

    @Test
    void dividesTimeWaitAsTheLastWalkSawIt() {
        for (int i = 0; i < 3; i++) {
            tally.socket(2, TcpState.TIME_WAIT.number(), 40000 + i, PORT, 0, 3, 0, 0, 0);
        }
        tally.socket(2, TcpState.TIME_WAIT.number(), PORT, 50000, 0, 3, 0, 0, 0);
        SocketEstimate estimate = SocketEstimate.beforeAnyWalk(BOTH).afterWalk(tally, 0);

        Map<Side, SocketCensus> census = estimate.withTimeWait(400);

        assertThat(side(census, Side.CLIENT).in(TcpState.TIME_WAIT)).isEqualTo(300);
        assertThat(side(census, Side.SERVER).in(TcpState.TIME_WAIT)).isEqualTo(100);
    }

    @Test
    void leavesForeignTimeWaitOutOfOurs() {
        tally.socket(2, TcpState.TIME_WAIT.number(), 40000, 80, 0, 3, 0, 0, 0);
        SocketEstimate estimate = SocketEstimate.beforeAnyWalk(Set.of(Side.CLIENT)).afterWalk(tally, 0);

        assertThat(side(estimate.withTimeWait(11), Side.CLIENT).in(TcpState.TIME_WAIT)).isEqualTo(10);
    }

    @Test
    void inventsNothingBeforeAWalkWhenBothSidesAreHere() {
        Map<Side, SocketCensus> census = SocketEstimate.beforeAnyWalk(BOTH).withCounts(1000, 50);

        assertThat(side(census, Side.CLIENT).sockets()).isEmpty();
        assertThat(side(census, Side.SERVER).sockets()).isEmpty();
        assertThat(SocketEstimate.beforeAnyWalk(BOTH).dividesTimeWait()).isFalse();
    }

    @Test
    void countsEverythingOnTheOnlySideWithoutAWalk() {
        Map<Side, SocketCensus> census = SocketEstimate.beforeAnyWalk(Set.of(Side.SERVER)).withCounts(1000, 50);

        assertThat(side(census, Side.SERVER).in(TcpState.TIME_WAIT)).isEqualTo(1000);
        assertThat(side(census, Side.SERVER).in(TcpState.ESTABLISHED)).isEqualTo(50);
    }

    @Test
    void movesEstablishedByWhatTheGaugeMovedAndKeepsCloseWait() {
        tally.socket(2, TcpState.ESTABLISHED.number(), PORT, 40000, 5, 0, 0, 0, 0);
        tally.socket(2, TcpState.CLOSE_WAIT.number(), PORT, 40001, 6, 0, 0, 0, 0);
        SocketEstimate estimate = SocketEstimate.beforeAnyWalk(Set.of(Side.SERVER)).afterWalk(tally, 2);

        Map<Side, SocketCensus> census = estimate.withCounts(0, 12);

        assertThat(side(census, Side.SERVER).in(TcpState.ESTABLISHED)).isEqualTo(11);
        assertThat(side(census, Side.SERVER).in(TcpState.CLOSE_WAIT)).isEqualTo(1);
    }

    private static SocketCensus side(Map<Side, SocketCensus> census, Side side) {
        return census.getOrDefault(side, SocketCensus.EMPTY);
    }
}
