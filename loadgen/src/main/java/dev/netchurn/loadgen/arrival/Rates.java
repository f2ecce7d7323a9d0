package dev.netchurn.loadgen.arrival;

/** The bounds of a rate. */
final class Rates {

    private static final double MOST_PER_SECOND = 10e6;

    private Rates() {
    }

    /** Returns the rate when it is above 0 and at most 10 million per second. */
    static double checked(double perSecond) {
        if (!(perSecond > 0 && perSecond <= MOST_PER_SECOND)) {
            throw new IllegalArgumentException("a rate is above 0 and at most 10m connections per second");
        }
        return perSecond;
    }
}
