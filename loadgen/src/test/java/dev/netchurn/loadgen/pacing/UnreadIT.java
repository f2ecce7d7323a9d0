package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.ProcNet;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** close(2) with the reply unread is an abort, which the kernel counts apart (row K7). */
@Timeout(60)
@InPrivateNamespace
class UnreadIT {

    private static final Endpoint TARGET = Endpoint.parse("127.0.0.1:9000");

    @ParameterizedTest
    @CsvSource({"ON, after-client, 0", "OFF, delay:50ms, 0", "AUTO, never, 20"})
    void abortsWithTheReplyInTheReceiveQueue(ConnectionPlan.Eager eager, String server, long holdMs) {
        TcpCounters before = counters();
        ServerBooks books;
        try (ChurnServer target = serving(server)) {
            FinishedLoad load = FinishedLoad.of(unread().eager(eager).holdMs(holdMs).connections(20).make());
            books = target.books();

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            assertThat(load.measured().unreadCloses()).isEqualTo(20);
            assertThat(load.measured().unreadBytes()).isEqualTo(20 * 100);
            assertThat(load.measured().clientFirst()).isEqualTo(20);
            assertThat(load.count(LatencyKind.RESPONSE)).isEqualTo(20);
            assertThat(load.count(LatencyKind.CLOSE_CALL)).isEqualTo(20);
        }
        TcpCounters moved = counters().since(before);
        assertThat(moved.get("TcpExtTCPAbortOnClose")).isEqualTo(20);
        assertThat(moved.get("TcpOutRsts")).isEqualTo(20);
        assertThat(moved.get("TcpEstabResets")).isEqualTo(40);
        assertThat(moved.get("TcpExtTW")).isZero();
        assertThat(books.resetByClient()).isEqualTo(20);
    }

    /** The FIN lies behind the reply, where no peek sees it. */
    @Test
    void knowsThatAServerClosedBeforeIt() {
        TcpCounters before = counters();
        try (ChurnServer _ = serving("first")) {
            FinishedLoad load = FinishedLoad.of(unread().holdMs(30).connections(20).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            assertThat(load.measured().serverFirst()).isEqualTo(20);
            assertThat(load.measured().unreadCloses()).isEqualTo(20);
        }
        assertThat(counters().since(before).get("TcpExtTCPAbortOnClose")).isEqualTo(20);
    }

    @Test
    void knowsThatAServerResetBeforeIt() {
        TcpCounters before = counters();
        try (ChurnServer _ = serving("rst")) {
            FinishedLoad load = FinishedLoad.of(unread().holdMs(30).connections(20).make());

            assertThat(load.of(CloseOutcome.RESET_BY_PEER)).isEqualTo(20);
            assertThat(load.measured().serverFirst()).isEqualTo(20);
        }
        assertThat(counters().since(before).get("TcpExtTCPAbortOnClose")).isZero();
    }

    /** Without an exchange there is still something to leave unread when a server speaks by itself. */
    @Test
    void waitsForABanner() {
        try (TestTarget target = TestTarget.on(socket -> {
            socket.getOutputStream().write(new byte[5]);
            TestTarget.AFTER_CLIENT.serve(socket);
        })) {
            FinishedLoad load = FinishedLoad.of(
                    TestPlan.against(target.endpoint()).close(new ClientClose.Unread()).connections(20).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            assertThat(load.measured().unreadBytes()).isEqualTo(100);
        }
    }

    @Test
    void failsWhenNothingComesThatCouldBeLeftUnread() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).close(new ClientClose.Unread())
                    .timeoutsMs(500, 500, 100).connections(4).make());

            assertThat(load.of(CloseOutcome.EXCHANGE_FAILED)).isEqualTo(4);
        }
    }

    private static TestPlan unread() {
        return TestPlan.against(TARGET).close(new ClientClose.Unread()).exchange(10, 100);
    }

    private static ChurnServer serving(String close) {
        return ChurnServer.start(
                new ServerPlan(Engine.EPOLL, List.of(TARGET), ServerClose.parse(close), new Exchange.Request(10, 100), 1024, 1),
                new SystemClock());
    }

    private static TcpCounters counters() {
        try (ProcNet proc = new ProcNet()) {
            return proc.counters().counters();
        }
    }
}
