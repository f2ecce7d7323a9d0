package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.transport.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DelayedClosesTest {

    private final AcceptorLoop loop = new AcceptorLoop(
            Engine.EPOLL, new SystemClock(), Conduct.of(new ServerClose.Delay(Duration.ofNanos(1)), new Exchange.None()),
            new int[0]);
    private final DelayedCloses closes = new DelayedCloses();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void handsOutOnlyWhatIsDue() {
        ServerConnection first = new ServerConnection(loop);
        closes.add(first, 100);
        closes.add(new ServerConnection(loop), 200);
        assertThat(closes.waitNs(40)).isEqualTo(60);
        assertThat(closes.pollDue(99)).isNull();
        assertThat(closes.pollDue(100)).isSameAs(first);
        assertThat(closes.pollDue(100)).isNull();
        assertThat(closes.waitNs(300)).isZero();
    }

    @Test
    void keepsTheOrderWhileItGrowsInTheMiddleOfTheRing() {
        List<ServerConnection> expected = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            closes.add(new ServerConnection(loop), i);
        }
        for (int i = 0; i < 700; i++) {
            closes.poll();
        }
        for (int i = 0; i < 5000; i++) {
            ServerConnection connection = new ServerConnection(loop);
            expected.add(connection);
            closes.add(connection, 1000 + i);
        }
        for (ServerConnection connection : expected) {
            assertThat(closes.pollDue(10_000)).isSameAs(connection);
        }
        assertThat(closes.isEmpty()).isTrue();
    }

    @Test
    void comparesInstantsAcrossTheWrapOfTheClock() {
        closes.add(new ServerConnection(loop), Long.MIN_VALUE + 10);
        assertThat(closes.pollDue(Long.MAX_VALUE - 10)).isNull();
        assertThat(closes.pollDue(Long.MIN_VALUE + 10)).isNotNull();
    }
}
