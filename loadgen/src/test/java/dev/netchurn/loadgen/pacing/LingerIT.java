package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.ProcNet;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.PlainSockets;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** close(2) with SO_LINGER above 0 sleeps until our FIN is acknowledged, and the closers sleep for the event loop. */
@Timeout(60)
@InPrivateNamespace
class LingerIT {

    private static final Endpoint TARGET = Endpoint.parse("127.0.0.1:9000");
    private static final long MS = 1_000_000;

    /** After data the ACK of a FIN is delayed by about 44 ms when the server has nothing to say itself. */
    @ParameterizedTest
    @EnumSource(ConnectionPlan.Eager.class)
    void waitsForTheAckOfOurFin(ConnectionPlan.Eager eager) {
        TcpCounters before = counters();
        try (ChurnServer _ = serving("delay:200ms")) {
            FinishedLoad load = FinishedLoad.of(linger(5).eager(eager).closers(8).concurrency(8).connections(40).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(40);
            assertThat(load.count(LatencyKind.LINGER_CLOSE)).isEqualTo(40);
            assertThat(load.count(LatencyKind.CLOSE_CALL)).isZero();
            assertThat(load.latency(LatencyKind.LINGER_CLOSE).getValueAtPercentile(50)).isBetween(30 * MS, 150 * MS);
            assertThat(load.last().closers()).isEqualTo(new CloserReading("netchurn closers", 8, 0));
            assertThat(load.last().lastStartNs() - load.last().firstStartNs()).as("eight at a time").isLessThan(1500 * MS);
        }
        TcpCounters moved = counters().since(before);
        assertThat(moved.get("TcpExtTW")).isEqualTo(40);
        assertThat(moved.get("TcpExtDelayedACKs")).isGreaterThanOrEqualTo(40);
        assertThat(moved.get("TcpOutRsts")).isZero();
    }

    @Test
    void tellsHowManyClosesWaitForOneOfTooFewClosers() {
        try (ChurnServer _ = serving("delay:200ms")) {
            FinishedLoad load = FinishedLoad.of(linger(5).closers(2).concurrency(8).loops(2).connections(40).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(40);
            assertThat(load.count(LatencyKind.CLOSER_QUEUE)).isEqualTo(40);
            assertThat(load.latency(LatencyKind.CLOSER_QUEUE).getMean())
                    .isGreaterThan(load.latency(LatencyKind.LINGER_CLOSE).getMean());
            assertThat(load.mostQueued()).isBetween(5L, 6L);
        }
    }

    /** One thread for the whole process: eight connections in flight close one after the other. */
    @Test
    void isWhatStockNettyDoesOnItsSingleExecutorThread() {
        try (ChurnServer _ = serving("delay:200ms")) {
            FinishedLoad load = FinishedLoad.of(linger(5).engine(Engine.CHANNEL).concurrency(8).connections(40).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(40);
            assertThat(load.count(LatencyKind.LINGER_CLOSE)).isEqualTo(40);
            assertThat(load.count(LatencyKind.CLOSE_CALL)).isZero();
            assertThat(load.latency(LatencyKind.LINGER_CLOSE).getMaxValue()).as("the last of eight").isGreaterThan(240 * MS);
            CloserReading closers = load.last().closers();
            assertThat(closers).isNotNull();
            assertThat(closers.executor()).isEqualTo("Netty's GlobalEventExecutor");
            assertThat(closers.size()).isEqualTo(1);
            // Once a second the executor queues a task of its own too (GlobalEventExecutor.quietPeriodTask).
            assertThat(load.mostQueued()).isBetween(5L, 9L);
        }
    }

    @Test
    void lingersAfterAHoldToo() {
        try (ChurnServer _ = serving("after-client")) {
            FinishedLoad load = FinishedLoad.of(linger(5).holdMs(50).concurrency(20).connections(20).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            assertThat(load.count(LatencyKind.LINGER_CLOSE)).isEqualTo(20);
            assertThat(load.last().lastStartNs()).isLessThan(load.last().measureEndNs());
        }
    }

    /** Not an error: close(2) returns 0, and the kernel goes on to send the FIN. */
    @Test
    void runsOutAfterItsSecondsWhenNobodyAcknowledges() throws InterruptedException {
        FinishedLoad load = againstTheDeaf(new ClientClose.Linger(1), 3);

        assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(3);
        assertThat(load.latency(LatencyKind.LINGER_CLOSE).getMinValue()).isBetween(980 * MS, 1500 * MS);
    }

    @Test
    void isStillOpenWhenTheRunEndsFirst() throws InterruptedException {
        FinishedLoad load = againstTheDeaf(new ClientClose.Linger(30), 2);

        assertThat(load.of(CloseOutcome.STILL_OPEN)).isEqualTo(3);
        assertThat(load.count(LatencyKind.LINGER_CLOSE)).isZero();
    }

    private static FinishedLoad againstTheDeaf(ClientClose close, int closers) throws InterruptedException {
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread deaf = Thread.ofPlatform().start(() -> acceptAndDeafen(listening, over));
        listening.await();
        FinishedLoad load = FinishedLoad.of(TestPlan.against(TARGET).close(close).holdMs(300).closers(closers).concurrency(3)
                .connections(3).make());
        over.countDown();
        deaf.join();
        return load;
    }

    private static void acceptAndDeafen(CountDownLatch listening, CountDownLatch over) {
        try (PlainSockets sockets = new PlainSockets()) {
            int listener = sockets.listen(TARGET.address(), TARGET.port(), 10);
            listening.countDown();
            for (int i = 0; i < 3; i++) {
                sockets.deafen(sockets.accept(listener));
            }
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TestPlan linger(int seconds) {
        return TestPlan.against(TARGET).close(new ClientClose.Linger(seconds)).exchange(64, 64);
    }

    private static ChurnServer serving(String close) {
        return ChurnServer.start(
                new ServerPlan(Engine.EPOLL, List.of(TARGET), ServerClose.parse(close), new Exchange.Request(64, 64), 1024, 1),
                new SystemClock());
    }

    private static TcpCounters counters() {
        try (ProcNet proc = new ProcNet()) {
            return proc.counters().counters();
        }
    }
}
