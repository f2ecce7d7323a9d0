package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.DescriptorLimit;
import dev.netchurn.linux.Errno;
import dev.netchurn.linux.ThisProcess;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.io.File;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a connection can fail, made to happen. */
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(30)
class FailureIT {

    @Parameter
    private Engine engine;

    private TestPlan against(Endpoint... targets) {
        return TestPlan.against(targets).engine(engine);
    }

    @ParameterizedTest
    @EnumSource(ConnectionPlan.Eager.class)
    void countsRefusedConnections(ConnectionPlan.Eager eager) {
        Endpoint closed;
        try (TestTarget target = TestTarget.on(TestTarget.FIRST)) {
            closed = target.endpoint();
        }
        FinishedLoad load = FinishedLoad.of(against(closed).connections(20).eager(eager).make());

        assertThat(load.of(Outcome.REFUSED)).isEqualTo(20);
        assertThat(load.measured().localErrno()).containsEntry(Outcome.REFUSED, Errno.ECONNREFUSED);
        assertThat(load.count(LatencyKind.CONNECT)).isZero();
    }

    @Test
    void givesUpConnectingAtItsTimeout() {
        try (TestTarget full = TestTarget.listening("127.0.0.1", 1)) {
            FinishedLoad load = FinishedLoad.of(against(full.endpoint())
                    .close(new ClientClose.Never()).connections(10).concurrency(10).timeoutsMs(300, 300, 300).make());

            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(2);
            assertThat(load.of(Outcome.TIMED_OUT)).isEqualTo(8);
        }
    }

    @Test
    void abandonsWhatIsConnectingWhenTheDrainIsOver() {
        try (TestTarget full = TestTarget.listening("127.0.0.1", 1)) {
            FinishedLoad load = FinishedLoad.of(against(full.endpoint())
                    .close(new ClientClose.Never()).connections(5).concurrency(10).timeoutsMs(20_000, 300, 300).make());

            assertThat(load.of(Outcome.ABANDONED)).isEqualTo(3);
        }
    }

    @Test
    void countsEachRepeatOfASyn() {
        try (TestTarget full = TestTarget.listening("127.0.0.1", 1)) {
            Thread.ofVirtual().start(() -> full.acceptAfterMs(500));
            FinishedLoad load = FinishedLoad.of(against(full.endpoint())
                    .close(new ClientClose.Never()).connections(4).concurrency(4).make());

            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(4);
            assertThat(load.measured().synRetransmits()).containsEntry(0, 2L).containsEntry(1, 2L);
            assertThat(load.latency(LatencyKind.CONNECT).getMaxValue()).isGreaterThan(900_000_000L);
            assertThat(load.count(LatencyKind.KERNEL_RTT)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"graceful", "peer"})
    void countsResetsByTheServer(String closeText) {
        ClientClose close = ClientClose.parse(closeText);
        TestTarget.Behaviour resetOnFin = socket -> {
            if (close instanceof ClientClose.Graceful) {
                TestTarget.drain(socket.getInputStream());
            }
            TestTarget.RESET.serve(socket);
        };
        try (TestTarget target = TestTarget.on(resetOnFin)) {
            FinishedLoad load = FinishedLoad.of(against(target.endpoint()).close(close).connections(20).make());

            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(20);
            assertThat(load.of(CloseOutcome.RESET_BY_PEER)).isEqualTo(20);
            assertThat(load.measured().clientFirst()).isEqualTo(close instanceof ClientClose.Graceful ? 20 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(ConnectionPlan.Eager.class)
    void anRstThatIsFasterThanOurLookIsNoFailureToConnect(ConnectionPlan.Eager eager) {
        try (TestTarget target = TestTarget.on(TestTarget.RESET)) {
            FinishedLoad load = FinishedLoad.of(
                    against(target.endpoint()).close(new ClientClose.Peer()).eager(eager).connections(200).make());

            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(200);
            assertThat(load.of(CloseOutcome.RESET_BY_PEER)).isEqualTo(200);
            assertThat(load.measured().serverFirst()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"graceful", "peer"})
    void givesUpWaitingForAServerThatNeverCloses(String closeText) {
        ClientClose close = ClientClose.parse(closeText);
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            FinishedLoad load = FinishedLoad.of(against(target.endpoint())
                    .close(close).connections(5).concurrency(5).timeoutsMs(300, 300, 300).make());

            assertThat(load.of(CloseOutcome.CLOSE_TIMED_OUT)).isEqualTo(5);
            assertThat(load.count(LatencyKind.RESPONSE)).isZero();
        }
    }

    @Test
    void countsExchangesThatTheServerLeavesOrDoesNotAnswer() {
        try (TestTarget silent = TestTarget.on(TestTarget.NEVER);
                TestTarget closing = TestTarget.on(socket -> {
                    socket.getInputStream().readNBytes(64);
                    socket.close();
                })) {
            FinishedLoad unanswered = FinishedLoad.of(against(silent.endpoint())
                    .exchange(64, 64).connections(5).concurrency(5).timeoutsMs(300, 300, 300).make());
            FinishedLoad left = FinishedLoad.of(
                    against(closing.endpoint()).exchange(64, 64).connections(5).make());

            assertThat(unanswered.of(CloseOutcome.EXCHANGE_FAILED)).isEqualTo(5);
            assertThat(left.of(CloseOutcome.EXCHANGE_FAILED)).isEqualTo(5);
            assertThat(left.measured().serverFirst()).isEqualTo(5);
        }
    }

    @Test
    void runsOutOfPortsWithinItsOwnRange() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            int first = FreePorts.first(4);
            SourcePlan fourPorts = new SourcePlan(List.of(), first, first + 3, SourcePlan.Bind.NONE);
            FinishedLoad load = FinishedLoad.of(against(target.endpoint())
                    .close(new ClientClose.Never()).source(fourPorts).connections(8).concurrency(1).make());

            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(4);
            assertThat(load.of(Outcome.NO_LOCAL_PORT)).isEqualTo(4);
            assertThat(load.measured().localErrno()).containsEntry(Outcome.NO_LOCAL_PORT, Errno.EADDRNOTAVAIL);
            // Backs off 1, 2 and 4 ms between the four.
            assertThat(load.last().lastStartNs() - load.last().firstStartNs()).isGreaterThan(7_000_000L);
        }
    }

    @Test
    void sharesPortsBetweenTargetsWithALateBindOnly() {
        try (TestTarget one = TestTarget.on("127.0.0.2", TestTarget.NEVER);
                TestTarget other = TestTarget.on("127.0.0.3", TestTarget.NEVER)) {
            List<InetAddress> source = List.of(InetAddress.ofLiteral("127.0.0.1"));
            int first = FreePorts.first(8);
            FinishedLoad late =
                    FinishedLoad.of(against(one.endpoint(), other.endpoint()).close(new ClientClose.Never())
                            .source(new SourcePlan(source, first, first + 3, SourcePlan.Bind.LATE)).connections(8).make());
            FinishedLoad early =
                    FinishedLoad.of(against(one.endpoint(), other.endpoint()).close(new ClientClose.Never())
                            .source(new SourcePlan(source, first + 4, first + 7, SourcePlan.Bind.EARLY)).connections(8).make());

            assertThat(late.of(Outcome.ESTABLISHED)).isEqualTo(8);
            assertThat(early.of(Outcome.ESTABLISHED)).isEqualTo(4);
            assertThat(early.of(Outcome.NO_LOCAL_PORT)).isEqualTo(4);
            assertThat(early.measured().localErrno()).containsEntry(Outcome.NO_LOCAL_PORT, Errno.EADDRINUSE);
        }
    }

    @Test
    void countsConnectionsForWhichNoDescriptorWasLeft() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER)) {
            DescriptorLimit before = ThisProcess.descriptorLimit();
            // The kernel gives the lowest number that is free, so a high one that was inherited does not count.
            int open = new File("/proc/self/fd").list().length;
            try {
                ThisProcess.setDescriptorLimit(new DescriptorLimit(open + 20, before.hard()));
                FinishedLoad load = FinishedLoad.of(against(target.endpoint())
                        .close(new ClientClose.Never()).connections(60).concurrency(4).make());

                assertThat(load.of(Outcome.NO_DESCRIPTOR)).isPositive();
                assertThat(load.of(Outcome.NO_DESCRIPTOR) + load.of(Outcome.ESTABLISHED)).isEqualTo(60);
            } finally {
                ThisProcess.setDescriptorLimit(before);
            }
        }
    }

    @Test
    void findsConnectionsToThemselves() {
        int port = FreePorts.first(1);
        SourcePlan onlyThatPort = new SourcePlan(List.of(), port, port, SourcePlan.Bind.NONE);
        FinishedLoad load = FinishedLoad.of(against(Endpoint.parse("127.0.0.1:" + port)).checkSelfConnect()
                .source(onlyThatPort).connections(5).concurrency(1).make());

        assertThat(load.of(Outcome.SELF_CONNECTED)).isEqualTo(5);
        assertThat(load.count(LatencyKind.CONNECT)).isZero();
    }

    @Test
    void countsBytesThatNobodyAskedFor() {
        TestTarget.Behaviour greeting = socket -> {
            socket.getOutputStream().write(new byte[100]);
            TestTarget.AFTER_CLIENT.serve(socket);
        };
        try (TestTarget target = TestTarget.on(greeting)) {
            FinishedLoad graceful = FinishedLoad.of(against(target.endpoint()).connections(10).make());
            FinishedLoad held = FinishedLoad.of(against(target.endpoint())
                    .close(new ClientClose.Fin()).holdMs(100).connections(10).concurrency(10).make());

            assertThat(graceful.of(CloseOutcome.CLOSED)).isEqualTo(10);
            // Some come before our FIN, the others after it.
            assertThat(graceful.measured().unreadBytes() + graceful.measured().bytesAfterFin()).isEqualTo(1000);
            assertThat(held.measured().unreadBytes()).isEqualTo(1000);
            // A channel reads them away as they come; then none is left to turn its close into an RST.
            assertThat(held.measured().unreadCloses()).isEqualTo(engine == Engine.CHANNEL ? 0 : 10);
        }
    }

    @Test
    void seesThatTheServerWasFirstAlthoughTheClientWasToBe() {
        try (TestTarget target = TestTarget.on(TestTarget.FIRST)) {
            for (ClientClose close : List.of(new ClientClose.Fin(), new ClientClose.Graceful(), new ClientClose.Rst())) {
                FinishedLoad load = FinishedLoad.of(against(target.endpoint())
                        .close(close).holdMs(100).connections(10).concurrency(10).make());

                assertThat(load.measured().serverFirst()).as("%s", close).isEqualTo(10);
                assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(10);
            }
        }
    }

    @Test
    void leavesNoDescriptorOpen() {
        String[] before = new File("/proc/self/fd").list();
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT)) {
            FinishedLoad.of(against(target.endpoint()).eager(ConnectionPlan.Eager.OFF).connections(200).make());
        }
        String[] after = new File("/proc/self/fd").list();

        assertThat(after.length).isLessThan(before.length + 50);
    }
}
