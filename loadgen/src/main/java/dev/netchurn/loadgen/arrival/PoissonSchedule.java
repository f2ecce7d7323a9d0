package dev.netchurn.loadgen.arrival;

import java.util.SplittableRandom;

/**
 * Exponential gaps from a seed: a Poisson process per event loop, each with its part of the rate, which together are one
 * Poisson process. Unlike the other schedules, arrival 0 comes after a first gap: a process without memory has none at
 * time 0, and the loops would start in step.
 *
 * <p>The running sum counts expected arrivals of a process with rate 1, and is turned into time through the inverse of the
 * integrated rate, so that a ramp keeps its shape. It is held as whole arrivals and a fraction, so nothing is lost to
 * rounding as it grows.
 */
public final class PoissonSchedule implements ArrivalSchedule {

    private final SplittableRandom random;
    private final double fromPerNs;
    private final double slope;
    private final double lengthNs;
    private long sum;
    private double fraction;
    private long drawn = -1;

    /**
     * @param fromPerSecond rate over all loops, above 0 and at most 10 million
     * @param toPerSecond rate at the end, the same without a ramp
     * @param lengthNs from the first rate to the last; not used without a ramp
     * @param loop 0 to {@code loops − 1}
     */
    public PoissonSchedule(
            double fromPerSecond, double toPerSecond, long lengthNs, long seed, int loop, int loops) {
        this.random = stream(seed, loop);
        this.fromPerNs = Rates.checked(fromPerSecond) / 1e9 / loops;
        boolean ramp = fromPerSecond != toPerSecond;
        this.slope = ramp ? (Rates.checked(toPerSecond) / 1e9 / loops - fromPerNs) / lengthNs : 0;
        this.lengthNs = ramp ? lengthNs : Double.POSITIVE_INFINITY;
    }

    @Override
    public long intendedNs(long k) {
        while (drawn < k) {
            fraction -= Math.log1p(-random.nextDouble());
            long whole = (long) fraction;
            sum += whole;
            fraction -= whole;
            drawn++;
        }
        double atNs = slope == 0
                ? sum / fromPerNs + fraction / fromPerNs
                : RampSchedule.inverse(sum + fraction, fromPerNs, slope);
        return atNs < lengthNs ? (long) atNs : NEVER;
    }

    /** Streams of different loops are independent of each other: each is split off the seed's own. */
    private static SplittableRandom stream(long seed, int loop) {
        SplittableRandom root = new SplittableRandom(seed);
        SplittableRandom stream = root.split();
        for (int i = 0; i < loop; i++) {
            stream = root.split();
        }
        return stream;
    }
}
