package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.ExchangeDifference;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(30)
class ExchangeIT {

    @Parameter
    private Engine engine;

    private TestPlan against(Endpoint... targets) {
        return TestPlan.against(targets).engine(engine);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "64,4096", "3000000,5000000"})
    void sendsAndReadsAllOfIt(int out, int in) {
        try (TestTarget target = TestTarget.on(TestTarget.answering(out, in))) {
            for (ClientClose close : new ClientClose[] {new ClientClose.Graceful(), new ClientClose.Fin(),
                new ClientClose.Rst()}) {
                FinishedLoad load = FinishedLoad.of(
                        against(target.endpoint()).close(close).exchange(out, in).connections(10).make());

                assertThat(load.of(CloseOutcome.CLOSED)).as("%s", close).isEqualTo(10);
                assertThat(load.count(LatencyKind.RESPONSE)).isEqualTo(10);
                assertThat(load.measured().unreadBytes()).isZero();
                assertThat(load.measured().clientFirst()).isEqualTo(10);
            }
        }
    }

    @Test
    void worksWithoutTheSecondConnectToo() {
        try (TestTarget target = TestTarget.on(TestTarget.answering(64, 64))) {
            FinishedLoad load = FinishedLoad.of(against(target.endpoint()).exchange(64, 64).holdMs(20)
                    .eager(ConnectionPlan.Eager.OFF).connections(50).concurrency(10).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(50);
            assertThat(load.measured().notEager()).isEqualTo(50);
        }
    }

    @Test
    void aServerThatAnswersLateShowsInTheResponseAndNotInTheConnect() {
        try (TestTarget target = TestTarget.on(socket -> {
            Thread.sleep(200);
            TestTarget.answering(1, 1).serve(socket);
        })) {
            FinishedLoad load = FinishedLoad.of(
                    against(target.endpoint()).exchange(1, 1).connections(4).concurrency(4).make());

            assertThat(load.latency(LatencyKind.RESPONSE).getMinNonZeroValue()).isGreaterThan(195_000_000L);
            assertThat(load.latency(LatencyKind.CONNECT).getMaxValue()).isLessThan(195_000_000L);
        }
    }

    @Test
    void aServerThatClosesLateShowsInTheCloseHandshakeAndNotInTheConnect() {
        try (TestTarget target = TestTarget.on(socket -> {
            TestTarget.drain(socket.getInputStream());
            Thread.sleep(200);
            socket.close();
        })) {
            FinishedLoad load =
                    FinishedLoad.of(against(target.endpoint()).connections(4).concurrency(4).make());

            assertThat(load.latency(LatencyKind.CLOSE_HANDSHAKE).getMinNonZeroValue()).isGreaterThan(195_000_000L);
            assertThat(load.latency(LatencyKind.RESPONSE).getMinNonZeroValue()).isGreaterThan(195_000_000L);
            assertThat(load.latency(LatencyKind.CONNECT).getMaxValue()).isLessThan(195_000_000L);
        }
    }

    @Test
    void aReplyMayBeginAsExpectedAndGoOn() {
        try (TestTarget target = TestTarget.on(TestTarget.saying("HTTP/1.1 200 OK", 7))) {
            FinishedLoad load = FinishedLoad.of(
                    TestPlan.against(target.endpoint()).literal("GET /\\r\\n", "HTTP/1.1 200").connections(10).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(10);
            assertThat(load.count(LatencyKind.RESPONSE)).isEqualTo(10);
            assertThat(load.measured().unreadBytes()).isEqualTo(30);
            assertThat(load.measured().difference()).isNull();
        }
    }

    @Test
    void aReplyThatIsNotTheExpectedOneFailsAndSaysWhere() {
        try (TestTarget target = TestTarget.on(TestTarget.saying("HTTP/1.1 500 No", 7))) {
            FinishedLoad load = FinishedLoad.of(
                    TestPlan.against(target.endpoint()).literal("GET /\\r\\n", "HTTP/1.1 200").connections(10).make());

            assertThat(load.of(CloseOutcome.EXCHANGE_FAILED)).isEqualTo(10);
            assertThat(load.measured().difference()).isEqualTo(new ExchangeDifference(9, "200", "500 No"));
        }
    }

    @Test
    void aReplyThatEndsTooEarlyFailsAndSaysWhere() {
        try (TestTarget target = TestTarget.on(socket -> {
            socket.getOutputStream().write('2');
            socket.close();
        })) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).literal("", "220").connections(10).make());

            assertThat(load.of(CloseOutcome.EXCHANGE_FAILED)).isEqualTo(10);
            assertThat(load.measured().difference()).isEqualTo(new ExchangeDifference(1, "20", ""));
        }
    }

    @Test
    void withoutAnExpectedReplyTheServersFinIsTheResponse() {
        try (TestTarget target = TestTarget.on(TestTarget.saying("", 3))) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).literal("bye", "").connections(10).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(10);
            assertThat(load.count(LatencyKind.RESPONSE)).isEqualTo(10);
        }
    }

    /** A banner that nobody asked for: read away by a graceful close, seen by a close that looks, an RST in any case. */
    @Test
    void anUnreadBannerIsCounted() {
        try (TestTarget target = TestTarget.on(TestTarget.saying("220 ready", 0))) {
            FinishedLoad graceful =
                    FinishedLoad.of(TestPlan.against(target.endpoint()).holdMs(100).connections(10).concurrency(10).make());
            FinishedLoad fin = FinishedLoad.of(TestPlan.against(target.endpoint()).close(new ClientClose.Fin()).holdMs(100)
                    .connections(10).concurrency(10).make());

            assertThat(graceful.measured().unreadBytes()).isEqualTo(90);
            assertThat(graceful.measured().unreadCloses()).isZero();
            assertThat(fin.measured().unreadBytes()).isEqualTo(90);
            assertThat(fin.measured().unreadCloses()).isEqualTo(10);
        }
    }

    @Test
    void bytesAfterOurFinAreCountedApart() {
        try (TestTarget target = TestTarget.on(socket -> {
            TestTarget.drain(socket.getInputStream());
            socket.getOutputStream().write(new byte[5000]);
            socket.close();
        })) {
            FinishedLoad load = FinishedLoad.of(TestPlan.against(target.endpoint()).connections(10).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(10);
            assertThat(load.measured().bytesAfterFin()).isEqualTo(50_000);
            assertThat(load.measured().unreadBytes()).isZero();
        }
    }
}
