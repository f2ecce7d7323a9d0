package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.latency.LatencyKind;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LoadEngineIT {

    private final SystemClock clock = new SystemClock();

    @ParameterizedTest
    @ValueSource(strings = {"graceful", "fin", "rst", "peer", "never"})
    void prewarmsWithoutATraceInTheLedgers(String closeText) {
        ClientClose close = ClientClose.parse(closeText);
        try (TestTarget target = TestTarget.on(TestTarget.answering(10, 10));
                LoadEngine engine = new LoadEngine(
                        TestPlan.against(target.endpoint()).timeoutsMs(500, 500, 500).close(close).exchange(10, 10)
                                .connections(5).make(),
                        clock)) {
            assertThat(engine.prewarm(Duration.ofSeconds(1))).isPositive();
            engine.start(clock.nanoTime());
            awaitDone(engine);
            engine.closeAll();

            LoadSnapshot last = engine.snapshot();
            assertThat(last.ledgers().get(Phase.WARMUP)).isEqualTo(Ledger.EMPTY);
            assertThat(last.ledgers().get(Phase.MEASURE).scheduled()).isEqualTo(5);
            assertThat(target.accepted()).isLessThanOrEqualTo(5);
        }
    }

    @Test
    void startsNothingBeforeItsTime() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT);
                LoadEngine engine = new LoadEngine(TestPlan.against(target.endpoint()).connections(5).make(), clock)) {
            long startNs = clock.nanoTime() + 100_000_000L;
            engine.start(startNs);
            assertThat(engine.arrivalsDone()).isFalse();
            awaitDone(engine);

            assertThat(engine.snapshot().firstStartNs()).isBetween(startNs, startNs + 50_000_000L);
        }
    }

    @Test
    void stopsWhenItIsTold() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT);
                LoadEngine engine = new LoadEngine(TestPlan.against(target.endpoint()).make(), clock)) {
            engine.start(clock.nanoTime());
            LockSupport.parkNanos(100_000_000L);
            assertThat(engine.snapshot().phase()).isEqualTo(Phase.MEASURE);
            engine.stop();
            awaitDone(engine);

            LoadSnapshot stopped = engine.snapshot();
            assertThat(stopped.phase()).isEqualTo(Phase.DRAIN);
            assertThat(stopped.measureEndNs()).isLessThanOrEqualTo(clock.nanoTime());
            Ledger measured = stopped.ledgers().get(Phase.MEASURE);
            assertThat(measured.of(CloseOutcome.CLOSED)).isPositive().isEqualTo(measured.scheduled());
        }
    }

    @Test
    void snapshotsAreCumulativeInTheLedgerAndPerIntervalInTheHistograms() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT);
                LoadEngine engine = new LoadEngine(
                        TestPlan.against(target.endpoint()).rate(1000).times(0, 300).make(), clock)) {
            engine.start(clock.nanoTime());
            long recorded = 0;
            long established = 0;
            while (!engine.arrivalsDone()) {
                LockSupport.parkNanos(50_000_000L);
                LoadSnapshot snapshot = engine.snapshot();
                long now = snapshot.ledgers().get(Phase.MEASURE).of(Outcome.ESTABLISHED);
                assertThat(now).isGreaterThanOrEqualTo(established);
                established = now;
                recorded += connects(snapshot);
                assertThat(snapshot.loopCpuNs()[0]).isPositive();
            }
            engine.closeAll();
            assertThat(recorded + connects(engine.snapshot())).isEqualTo(300);
        }
    }

    private static long connects(LoadSnapshot snapshot) {
        Histogram connects = snapshot.intervals().get(Phase.MEASURE).get(LatencyKind.CONNECT);
        return connects == null ? 0 : connects.getTotalCount();
    }

    @Test
    void holdsTheMeanInFlightThatLittlesLawDemands() {
        try (TestTarget target = TestTarget.on(TestTarget.AFTER_CLIENT);
                LoadEngine engine = new LoadEngine(
                        TestPlan.against(target.endpoint()).rate(500).times(0, 600).close(new ClientClose.Fin()).holdMs(100)
                                .make(),
                        clock)) {
            engine.start(clock.nanoTime());
            LockSupport.parkNanos(200_000_000L);
            engine.snapshot();
            LockSupport.parkNanos(300_000_000L);

            assertThat(engine.snapshot().inFlightMean()).isBetween(45.0, 60.0);
        }
    }

    @Test
    void endsWithWhatIsOpenCountedAsStillOpen() {
        try (TestTarget target = TestTarget.on(TestTarget.NEVER);
                LoadEngine engine = new LoadEngine(
                        TestPlan.against(target.endpoint()).connections(5).concurrency(5).make(), clock)) {
            engine.start(clock.nanoTime());
            while (!engine.arrivalsDone()) {
                LockSupport.parkNanos(1_000_000L);
            }
            assertThat(engine.idle()).isFalse();
            engine.closeAll();

            Ledger measured = engine.snapshot().ledgers().get(Phase.MEASURE);
            assertThat(measured.of(CloseOutcome.STILL_OPEN)).isEqualTo(5);
            assertThat(measured.inFlight()).isZero();
            assertThat(engine.idle()).isTrue();
        }
    }

    private static void awaitDone(LoadEngine engine) {
        while (!(engine.arrivalsDone() && engine.idle())) {
            LockSupport.parkNanos(1_000_000L);
        }
    }
}
