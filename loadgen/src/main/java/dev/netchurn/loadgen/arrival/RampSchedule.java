package dev.netchurn.loadgen.arrival;

/**
 * A rate that goes from one value to another in a straight line. With {@code a} at the start, {@code b} at the end and
 * {@code s = (b − a) / T}, the arrivals up to {@code t} are {@code a·t + s·t²/2}. Solved for {@code t}, arrival {@code n}
 * is at {@code 2n / (a + √(a² + 2·s·n))}: the form of the quadratic's solution that loses no digits when {@code s} is small.
 * Arrival 0 of loop 0 is at time 0.
 */
public final class RampSchedule implements ArrivalSchedule {

    private final double fromPerNs;
    private final double slope;
    private final long lengthNs;
    private final int loop;
    private final int loops;

    /**
     * @param lengthNs from the first rate to the last, above 0; there are no arrivals after it
     * @param loop 0 to {@code loops − 1}
     */
    public RampSchedule(double fromPerSecond, double toPerSecond, long lengthNs, int loop, int loops) {
        if (lengthNs <= 0) {
            throw new IllegalArgumentException("a ramp takes longer than 0");
        }
        this.fromPerNs = Rates.checked(fromPerSecond) / 1e9;
        this.slope = (Rates.checked(toPerSecond) / 1e9 - fromPerNs) / lengthNs;
        this.lengthNs = lengthNs;
        this.loop = loop;
        this.loops = loops;
    }

    @Override
    public long intendedNs(long k) {
        double atNs = inverse((double) k * loops + loop, fromPerNs, slope);
        return atNs < lengthNs ? (long) atNs : NEVER;
    }

    /** When the integral of a rate that starts at {@code fromPerNs} and grows by {@code slope} per ns reaches {@code n}. */
    static double inverse(double n, double fromPerNs, double slope) {
        double square = fromPerNs * fromPerNs + 2 * slope * n;
        return square < 0 ? Double.POSITIVE_INFINITY : 2 * n / (fromPerNs + Math.sqrt(square));
    }
}
