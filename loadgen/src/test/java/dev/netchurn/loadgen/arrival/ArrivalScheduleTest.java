package dev.netchurn.loadgen.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalScheduleTest {

    private static final long SECOND_NS = 1_000_000_000L;
    private static final MathContext EXACT = new MathContext(60);

    @ParameterizedTest
    @ValueSource(longs = {10, 1_000, 100_000, 300_000, 7})
    void constantTimesAreExactToTheNanosecond(long perSecond) {
        ConstantSchedule schedule = new ConstantSchedule(perSecond, 0, 1);
        for (long k : new long[] {0, 1, perSecond - 1, perSecond, perSecond + 1, 999_999_999L, 1_000_000_000L}) {
            assertThat(schedule.intendedNs(k)).isEqualTo(exact(k, perSecond));
        }
    }

    @Test
    void firstArrivalIsAtZeroAndTheSecondOneIntervalLater() {
        ConstantSchedule schedule = new ConstantSchedule(1000, 0, 1);

        assertThat(schedule.intendedNs(0)).isZero();
        assertThat(schedule.intendedNs(1)).isEqualTo(1_000_000);
        assertThat(schedule.intendedNs(999)).isEqualTo(999_000_000);
        assertThat(schedule.intendedNs(1000)).isEqualTo(SECOND_NS);
    }

    @Test
    void constantScheduleDoesNotDriftOverABillionArrivals() {
        assertThat(new ConstantSchedule(300_000, 0, 1).intendedNs(1_000_000_000L)).isEqualTo(3_333_333_333_333L);
    }

    @Test
    void constantScheduleGoesOnBeyondWhereIndexTimesABillionOverflows() {
        ConstantSchedule schedule = new ConstantSchedule(300_000, 0, 1);
        for (long k : new long[] {9_223_372_036L, 9_223_372_037L, 9_300_000_000L, 50_000_000_000L}) {
            assertThat(schedule.intendedNs(k)).isEqualTo(exact(k, 300_000));
        }
    }

    @Test
    void fractionalRatesAreWithinANanosecond() {
        ConstantSchedule schedule = new ConstantSchedule(1234.567, 0, 1);
        BigDecimal rate = new BigDecimal(1234.567);
        for (long k : new long[] {1, 1234, 1_000_000_000L}) {
            BigDecimal expected = BigDecimal.valueOf(k).multiply(BigDecimal.valueOf(SECOND_NS)).divide(rate, EXACT);
            assertThat(BigDecimal.valueOf(schedule.intendedNs(k)).subtract(expected).abs()).isLessThan(BigDecimal.TWO);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void loopsShareTheArrivalsInTurn(int loops) {
        ConstantSchedule whole = new ConstantSchedule(1000, 0, 1);
        for (int loop = 0; loop < loops; loop++) {
            ConstantSchedule part = new ConstantSchedule(1000, loop, loops);
            for (long k = 0; k < 100; k++) {
                assertThat(part.intendedNs(k)).isEqualTo(whole.intendedNs(k * loops + loop));
            }
        }
    }

    @Test
    void timesStrictlyIncrease() {
        long length = 10 * SECOND_NS;
        for (ArrivalSchedule schedule : new ArrivalSchedule[] {
            new ConstantSchedule(10e6, 0, 1), new ConstantSchedule(333.3, 0, 1),
            new RampSchedule(10, 100_000, length, 0, 1), new RampSchedule(100_000, 10, length, 0, 1)}) {
            for (long k = 1; k < 100_000 && schedule.intendedNs(k) != ArrivalSchedule.NEVER; k++) {
                assertThat(schedule.intendedNs(k)).isGreaterThan(schedule.intendedNs(k - 1));
            }
        }
    }

    @Test
    void rampIsWithinANanosecondOfTheClosedForm() {
        assertRamp(1000, 50_000, 60 * SECOND_NS);
        assertRamp(50_000, 1000, 60 * SECOND_NS);
        assertRamp(1000, 1000.5, 3600 * SECOND_NS);
        assertRamp(1, 10_000_000, 10 * SECOND_NS);
    }

    /** t = (−a + √(a² + 2·s·n)) / s with 60 digits. */
    private static void assertRamp(double from, double to, long lengthNs) {
        RampSchedule schedule = new RampSchedule(from, to, lengthNs, 0, 1);
        BigDecimal billion = BigDecimal.valueOf(SECOND_NS);
        BigDecimal a = new BigDecimal(from).divide(billion, EXACT);
        BigDecimal slope = new BigDecimal(to).divide(billion, EXACT).subtract(a).divide(BigDecimal.valueOf(lengthNs), EXACT);
        long arrivals = (long) ((from + to) / 2 * lengthNs / 1e9);
        for (long k = 1; k < arrivals; k += Math.max(1, arrivals / 500)) {
            BigDecimal root = a.pow(2).add(slope.multiply(BigDecimal.valueOf(2 * k))).sqrt(EXACT);
            BigDecimal expected = root.subtract(a).divide(slope, EXACT);
            BigDecimal off = BigDecimal.valueOf(schedule.intendedNs(k)).subtract(expected).abs();
            assertThat(off).as("arrival %d of %s to %s", k, from, to).isLessThanOrEqualTo(new BigDecimal("1.001"));
        }
    }

    @Test
    void rampHasAsManyArrivalsAsItsMeanRateSays() {
        RampSchedule schedule = new RampSchedule(1000, 3000, 10 * SECOND_NS, 0, 1);

        assertThat(schedule.intendedNs(0)).isZero();
        assertThat(schedule.intendedNs(19_999)).isLessThan(10 * SECOND_NS);
        assertThat(schedule.intendedNs(20_000)).isEqualTo(ArrivalSchedule.NEVER);
        assertThat(schedule.intendedNs(10_000_000)).isEqualTo(ArrivalSchedule.NEVER);
        assertThat(new RampSchedule(3000, 1000, 10 * SECOND_NS, 0, 1).intendedNs(10_000_000)).isEqualTo(ArrivalSchedule.NEVER);
    }

    /** Kolmogorov and Smirnov: at 1 % the distance of n samples from the distribution stays below 1.63 / √n. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void poissonGapsAreExponential(int loop) {
        int samples = 100_000;
        PoissonSchedule schedule = new PoissonSchedule(1000, 1000, 0, 42, loop, 2);
        double[] gaps = new double[samples];
        long before = 0;
        for (int k = 0; k < samples; k++) {
            long at = schedule.intendedNs(k);
            gaps[k] = at - before;
            before = at;
        }
        Arrays.sort(gaps);
        double furthest = 0;
        for (int i = 0; i < samples; i++) {
            double expected = 1 - Math.exp(-gaps[i] * 500 / 1e9);
            furthest = Math.max(furthest, Math.max(expected - (double) i / samples, (double) (i + 1) / samples - expected));
        }
        assertThat(furthest).isLessThan(1.63 / Math.sqrt(samples));
        assertThat(before / 1e9).isBetween(samples / 500.0 * 0.98, samples / 500.0 * 1.02);
    }

    @Test
    void poissonRepeatsWithItsSeedAndDiffersBetweenLoops() {
        long first = new PoissonSchedule(1000, 1000, 0, 7, 0, 2).intendedNs(0);

        assertThat(new PoissonSchedule(1000, 1000, 0, 7, 0, 2).intendedNs(0)).isEqualTo(first);
        assertThat(new PoissonSchedule(1000, 1000, 0, 7, 1, 2).intendedNs(0)).isNotEqualTo(first);
        assertThat(new PoissonSchedule(1000, 1000, 0, 8, 0, 2).intendedNs(0)).isNotEqualTo(first);
    }

    @Test
    void poissonRampHasTheArrivalsOfItsIntegral() {
        PoissonSchedule schedule = new PoissonSchedule(1000, 9000, 10 * SECOND_NS, 3, 0, 1);
        long inFirstHalf = 0;
        long k = 0;
        for (long at = schedule.intendedNs(k); at != ArrivalSchedule.NEVER; at = schedule.intendedNs(++k)) {
            inFirstHalf += at < 5 * SECOND_NS ? 1 : 0;
        }

        assertThat((double) k).isBetween(49_000.0, 51_000.0);
        assertThat((double) inFirstHalf).isBetween(14_400.0, 15_600.0);
    }

    @Test
    void refusesRatesThatAreNone() {
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 10_000_001}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ConstantSchedule(rate, 0, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> new PoissonSchedule(rate, rate, 0, 1, 0, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> new RampSchedule(1, rate, SECOND_NS, 0, 1));
        }
    }

    private static long exact(long k, long perSecond) {
        return BigInteger.valueOf(k).multiply(BigInteger.valueOf(SECOND_NS)).divide(BigInteger.valueOf(perSecond))
                .longValueExact();
    }
}
