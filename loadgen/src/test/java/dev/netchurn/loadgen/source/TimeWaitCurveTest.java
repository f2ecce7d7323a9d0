package dev.netchurn.loadgen.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long TIME_WAIT lasts and how much of it there is, against a timer wheel that is played through. */
@Timeout(10)
class TimeWaitCurveTest {

    private static final long SECOND_NS = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"100,5120", "250,2048", "300,1707", "1000,4096"})
    void theStepsOfTheWheelFollowTheTick(int hz, long stepMs) {
        assertThat(TimeWaitLife.withTick(SECOND_NS / hz).stepNs() / 1e6).isCloseTo(stepMs, within(1.0));
    }

    @Test
    void lastsSixtySecondsAndHalfAStep() {
        TimeWaitLife life = TimeWaitLife.withTick(4_000_000);

        assertThat(life.meanNs()).isEqualTo(61_024_000_000L);
        assertThat(life.livedNs(-1)).isZero();
        assertThat(life.livedNs(30 * SECOND_NS)).isEqualTo(30e9);
        assertThat(life.livedNs(60 * SECOND_NS)).isEqualTo(60e9);
        assertThat(life.livedNs(life.longestNs())).isEqualTo(61.024e9);
        assertThat(life.livedNs(900 * SECOND_NS)).isEqualTo(61.024e9);
        assertThatIllegalArgumentException().isThrownBy(() -> new TimeWaitLife(0));
    }

    @ParameterizedTest
    @CsvSource({"10,10000", "30,30000", "60,60000", "65,61024", "120,61024", "600,61024"})
    void growsWithTheRateAndThenStays(long second, long expected) {
        TimeWaitCurve curve = new TimeWaitCurve(TimeWaitLife.withTick(4_000_000));
        for (long at = 0; at < second; at++) {
            curve.add(at * SECOND_NS, (at + 1) * SECOND_NS, 1000);
        }

        assertThat(curve.at(second * SECOND_NS)).isCloseTo(expected, within(0.5));
    }

    @Test
    void fallsToNothingAfterTheLoad() {
        TimeWaitCurve curve = new TimeWaitCurve(TimeWaitLife.withTick(4_000_000));
        curve.add(0, SECOND_NS, 1000);

        assertThat(curve.at(59 * SECOND_NS)).isCloseTo(1000, within(1e-6));
        assertThat(curve.at(61 * SECOND_NS)).isBetween(500.0, 999.0);
        assertThat(curve.at(64 * SECOND_NS)).isZero();
        assertThat(curve.at(65 * SECOND_NS)).isZero();
    }

    /** As kernel/time/timer.c does it: 60 s, then up to the next multiple of the step. */
    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 4_000_000, 10_000_000})
    void staysWithinHalfAStepOfAWheelThatIsPlayedThrough(long tickNs) {
        TimeWaitLife life = TimeWaitLife.withTick(tickNs);
        SplittableRandom random = new SplittableRandom(20_261_125);
        TimeWaitCurve curve = new TimeWaitCurve(life);
        long[] perSecond = new long[200];
        for (int second = 0; second < perSecond.length; second++) {
            perSecond[second] = 500 + random.nextInt(1000);
            curve.add(second * SECOND_NS, (second + 1) * SECOND_NS, perSecond[second]);
            long nowNs = (second + 1) * SECOND_NS;
            long alive = 0;
            for (int earlier = 0; earlier <= second; earlier++) {
                for (long i = 0; i < perSecond[earlier]; i++) {
                    long closedNs = earlier * SECOND_NS + i * SECOND_NS / perSecond[earlier];
                    long endsNs = ((closedNs + TimeWaitLife.SHORTEST_NS) / life.stepNs() + 1) * life.stepNs();
                    alive += endsNs > nowNs ? 1 : 0;
                }
            }
            assertThat(curve.at(nowNs)).as("second " + second).isCloseTo(alive, within(1500.0 * life.stepNs() / 2e9 + 1500));
        }
    }
}
