package dev.netchurn.loadgen.arrival;

/** A constant rate. Arrival 0 of loop 0 is at time 0, the next one (of loop 1, if there is one) after one interval. */
public final class ConstantSchedule implements ArrivalSchedule {

    private static final long SECOND_NS = 1_000_000_000L;

    private final double perSecond;
    private final long wholePerSecond;
    private final int loop;
    private final int loops;

    /**
     * @param perSecond rate over all loops, above 0 and at most 10 million
     * @param loop 0 to {@code loops − 1}
     */
    public ConstantSchedule(double perSecond, int loop, int loops) {
        this.perSecond = Rates.checked(perSecond);
        this.wholePerSecond = perSecond == Math.rint(perSecond) ? (long) perSecond : 0;
        this.loop = loop;
        this.loops = loops;
    }

    @Override
    public long intendedNs(long k) {
        long number = k * loops + loop;
        if (wholePerSecond == 0) {
            // One division of doubles is off by less than a nanosecond for runs of up to 50 days.
            return (long) (number * 1e9 / perSecond);
        }
        // Seconds and remainder apart: number * 10^9 leaves a long after 9.2e9 arrivals.
        return number / wholePerSecond * SECOND_NS + number % wholePerSecond * SECOND_NS / wholePerSecond;
    }
}
