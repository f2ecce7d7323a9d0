package dev.netchurn.loadgen.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TicksTest {

    @Test
    void areEvenlySpacedFromTheStart() {
        Ticks ticks = new Ticks(1_000, 300, 100);
        assertThat(ticks.measurementTick()).isEqualTo(3);
        for (int tick = 0; tick < 10; tick++) {
            assertThat(ticks.dueNs(tick)).isEqualTo(1_000 + tick * 100);
        }
    }

    @Test
    void beginAnewWithTheMeasurement() {
        Ticks ticks = new Ticks(1_000, 250, 100);
        assertThat(ticks.measurementTick()).isEqualTo(3);
        assertThat(ticks.dueNs(2)).isEqualTo(1_200);
        assertThat(ticks.dueNs(3)).isEqualTo(1_250);
        assertThat(ticks.dueNs(4)).isEqualTo(1_350);
    }

    @Test
    void beginWithTheMeasurementWhenThereIsNoWarmUp() {
        Ticks ticks = new Ticks(1_000, 0, 100);
        assertThat(ticks.measurementTick()).isZero();
        assertThat(ticks.dueNs(0)).isEqualTo(1_000);
        assertThat(ticks.dueNs(1)).isEqualTo(1_100);
    }

    @Test
    void measureFromTheFirstTickAfterAShortWarmUp() {
        Ticks ticks = new Ticks(1_000, 1, 100);
        assertThat(ticks.measurementTick()).isEqualTo(1);
        assertThat(ticks.dueNs(1)).isEqualTo(1_001);
    }

    @Test
    void alwaysAscendAndHitTheMeasurementExactly() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 1_000; i++) {
            Ticks ticks = new Ticks(random.nextLong(1L << 60), random.nextLong(100_000_000_000L),
                    10_000_000 + random.nextLong(10_000_000_000L));
            assertThat(ticks.dueNs(ticks.measurementTick())).isEqualTo(ticks.startAtNs() + ticks.warmupNs());
            int tick = random.nextInt(ticks.measurementTick() + 100);
            assertThat(ticks.dueNs(tick + 1)).isGreaterThan(ticks.dueNs(tick));
            assertThat(ticks.dueNs(tick + 1) - ticks.dueNs(tick)).isLessThanOrEqualTo(ticks.intervalNs());
        }
    }

    @Test
    void doNotOverflowInALongRun() {
        Ticks ticks = new Ticks(0, 0, 1_000_000_000);
        assertThat(ticks.dueNs(86_400)).isEqualTo(86_400_000_000_000L);
    }
}
