package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.ProcNet;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.linux.Errno;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.Sysctl;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options of the client's sockets do to the kernel. */
@Timeout(60)
@InPrivateNamespace
class SocketOptionsIT {

    private static final Endpoint TARGET = Endpoint.parse("127.0.0.1:9000");
    private static final int N = 20;
    private static final SourcePlan ONE_PORT =
            new SourcePlan(List.of(InetAddress.ofLiteral("127.0.0.1")), 40_000, 40_000, SourcePlan.Bind.EARLY);

    /** Row K11: a FIN goes out, and its acknowledgement, which would lead to FIN_WAIT2, leads to an RST. */
    @Test
    void aNegativeLinger2AbortsInsteadOfEnteringFinWait2() throws InterruptedException {
        TcpCounters before = counters();
        try (ChurnServer _ = serving("never")) {
            FinishedLoad load = FinishedLoad.of(plan(new SocketOptions(false, false, false, -1, 0))
                    .close(new ClientClose.Fin()).connections(N).make());
            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(N);
            assertThat(eventually(TcpState.FIN_WAIT1, 0)).isTrue();
            assertThat(client(TcpState.FIN_WAIT2)).isZero();

            TcpCounters moved = counters().since(before);
            assertThat(moved.get("TcpExtTCPAbortOnData")).isEqualTo(N);
            assertThat(moved.get("TcpOutRsts")).isEqualTo(N);
            assertThat(moved.get("TcpEstabResets")).isEqualTo(N);
            assertThat(moved.get("TcpExtTW")).isZero();
        }
    }

    /** Row K12: shutdown(WR), and close(2) only in FIN_WAIT2. */
    @Test
    void aNegativeLinger2AbortsAHalfClosedConnectionToo() {
        TcpCounters before = counters();
        try (ChurnServer _ = serving("never")) {
            FinishedLoad load = FinishedLoad.of(plan(new SocketOptions(false, false, false, -1, 0))
                    .timeoutsMs(5000, 150, 5000).concurrency(N).connections(N).make());
            assertThat(load.of(CloseOutcome.CLOSE_TIMED_OUT)).isEqualTo(N);

            TcpCounters moved = counters().since(before);
            assertThat(moved.get("TcpExtTCPAbortOnLinger")).isEqualTo(N);
            assertThat(moved.get("TcpOutRsts")).isEqualTo(N);
            assertThat(moved.get("TcpEstabResets")).isEqualTo(N);
        }
    }

    /**
     * An orphan whose FIN is acknowledged while close(2) still owns it stays a whole socket, and that one does not age out in
     * silence: it sends an RST (net/ipv4/tcp_timer.c:tcp_keepalive_timer), which takes the server's end along.
     */
    @Test
    void aLinger2IsTheLifeOfAnOrphanedFinWait2() throws InterruptedException {
        TcpCounters before = counters();
        try (ChurnServer _ = serving("never")) {
            FinishedLoad
                    .of(plan(new SocketOptions(false, false, false, 1, 0)).close(new ClientClose.Fin()).connections(N).make());
            FinishedLoad.of(plan(SocketOptions.NONE).close(new ClientClose.Fin()).connections(3).make());

            assertThat(eventually(TcpState.FIN_WAIT2, N + 3)).isTrue();
            assertThat(eventually(TcpState.FIN_WAIT2, 3)).as("those without the option last for tcp_fin_timeout").isTrue();
            assertThat(server(TcpState.CLOSE_WAIT) + counters().since(before).get("TcpOutRsts")).isEqualTo(N + 3);
        }
    }

    /** Nobody reads what is sent, so the window closes and nothing more is acknowledged. */
    @Test
    void aUserTimeoutGivesUpWhatIsNotAcknowledged() {
        TcpCounters before = counters();
        try (TestTarget target = TestTarget.listening("127.0.0.1", 10)) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint())
                    .options(new SocketOptions(false, false, false, 0, 500)).exchange(30_000_000, 1)
                    .timeoutsMs(20_000, 20_000, 20_000).times(0, 15_000).concurrency(4).connections(4).make());

            assertThat(load.of(CloseOutcome.EXCHANGE_FAILED)).isEqualTo(4);
            assertThat(load.measured().serverFirst()).isZero();
        }
        assertThat(counters().since(before).get("TcpExtTCPAbortOnTimeout")).isEqualTo(4);
    }

    /** Row K17. */
    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void aReuseOptionBindsAPortThatIsInTimeWait(boolean reuseAddress, boolean reusePort) throws IOException {
        Sysctl.set("net.ipv4.tcp_tw_reuse", "0");
        TcpCounters before = counters();
        try (ChurnServer _ = serving("after-client")) {
            FinishedLoad load = FinishedLoad.of(plan(new SocketOptions(reuseAddress, reusePort, false, 0, 0)).source(ONE_PORT)
                    .concurrency(1).connections(5).make());
            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(5);
        }
        TcpCounters moved = counters().since(before);
        assertThat(moved.get("TcpExtTW")).isEqualTo(5);
        assertThat(moved.get("TcpExtTWRecycled")).isEqualTo(4);
    }

    @Test
    void withoutThemSuchAPortIsInUse() throws IOException {
        Sysctl.set("net.ipv4.tcp_tw_reuse", "0");
        try (ChurnServer _ = serving("after-client")) {
            FinishedLoad load = FinishedLoad.of(plan(SocketOptions.NONE).source(ONE_PORT).concurrency(1).connections(5).make());
            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(1);
            assertThat(load.of(Outcome.NO_LOCAL_PORT)).isEqualTo(4);
            assertThat(load.measured().localErrno()).containsEntry(Outcome.NO_LOCAL_PORT, Errno.EADDRINUSE);
        }
    }

    /** The kernel says so of the sockets themselves. */
    @Test
    void nodelayIsOnForEverySocketOfTheClient() throws InterruptedException {
        assertThat(socketsWithNoDelay(new SocketOptions(false, false, true, 0, 0))).isEqualTo(5);
        assertThat(socketsWithNoDelay(SocketOptions.NONE)).isZero();
    }

    private static long socketsWithNoDelay(SocketOptions options) throws InterruptedException {
        SystemClock clock = new SystemClock();
        try (ChurnServer _ = serving("never");
                LoadEngine engine = new LoadEngine(
                        plan(options).close(new ClientClose.Never()).connections(5).concurrency(5).make(), clock);
                Syscalls syscalls = new Syscalls();
                Arena arena = Arena.ofConfined()) {
            engine.start(clock.nanoTime());
            while (!(engine.arrivalsDone() && engine.idle())) {
                Thread.sleep(5);
            }
            MemorySegment value = arena.allocate(4, 4);
            return IntStream.range(0, 1024)
                    .filter(fd -> syscalls.getOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_NODELAY, value) == 4
                            && value.get(ValueLayout.JAVA_INT, 0) == 1)
                    .count();
        }
    }

    private static TestPlan plan(SocketOptions options) {
        return TestPlan.against(TARGET).options(options);
    }

    private static ChurnServer serving(String close) {
        return ChurnServer.start(
                new ServerPlan(Engine.EPOLL, List.of(TARGET), ServerClose.parse(close), new Exchange.None(), 1024, 1),
                new SystemClock());
    }

    private static TcpCounters counters() {
        try (ProcNet proc = new ProcNet()) {
            return proc.counters().counters();
        }
    }

    private static boolean eventually(TcpState state, long count) throws InterruptedException {
        for (int i = 0; i < 500 && client(state) != count; i++) {
            Thread.sleep(10);
        }
        return client(state) == count;
    }

    private static long client(TcpState state) {
        return count(Side.CLIENT, state);
    }

    private static long server(TcpState state) {
        return count(Side.SERVER, state);
    }

    private static long count(Side side, TcpState state) {
        try (KernelObserver observer = new KernelObserver(
                Set.of(TARGET.port()), CensusMode.FULL, Set.of(Side.CLIENT, Side.SERVER), new SystemClock())) {
            return observer.read().side(side).in(state);
        }
    }
}
