package dev.netchurn.loadgen.run;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One latency over the measurement. Percentiles rank over {@code ranked} arrivals, of which {@code count} have the value;
 * the others rank as infinitely late. A percentile is null either because fewer than ten arrivals lie above it
 * ({@link #isOmitted}) or because its rank falls among those without a value ({@link #isInfinite}).
 *
 * @param count arrivals that have the value
 * @param ranked arrivals that the percentiles rank over, at least {@code count}
 * @param minNs lowest recorded; null when nothing was
 * @param meanNs of those recorded; null when nothing was
 * @param p50Ns highest value equivalent to that rank at 3 digits, as are all percentiles
 * @param maxNs highest recorded; null when an arrival has no value, because the highest is infinite then
 * @param histogram base64 of the recorded values as HdrHistogram V2, compressed; 1 ns to 1 h, 3 digits
 */
public record LatencySummary(
        long count,
        long ranked,
        @Nullable Long minNs,
        @Nullable Double meanNs,
        @Nullable Long p50Ns,
        @Nullable Long p90Ns,
        @Nullable Long p99Ns,
        @Nullable Long p999Ns,
        @Nullable Long p9999Ns,
        @Nullable Long maxNs,
        String histogram) {

    /** Lowest value told apart, in nanoseconds. */
    public static final long LOWEST_NS = 1;
    /** Highest value that a histogram holds: one hour. */
    public static final long HIGHEST_NS = 3_600_000_000_000L;
    /** Decimal digits of a value that are kept. */
    public static final int DIGITS = 3;
    /** A percentile with fewer arrivals above it says more about chance than about the target. */
    public static final long LEAST_ABOVE = 10;

    public LatencySummary {
        if (count < 0 || ranked < count) {
            throw new IllegalArgumentException(count + " values cannot rank over " + ranked + " arrivals");
        }
    }

    /** An empty histogram with the bounds that are used everywhere. */
    public static Histogram newHistogram() {
        return new Histogram(LOWEST_NS, HIGHEST_NS, DIGITS);
    }

    /** Of a latency whose percentiles are over the connections that have the value. */
    public static LatencySummary of(Histogram histogram) {
        return of(histogram, histogram.getTotalCount());
    }

    /**
     * Of a latency whose percentiles rank over all scheduled arrivals.
     *
     * @param ranked arrivals scheduled; a smaller number than values recorded counts as that many
     */
    public static LatencySummary of(Histogram histogram, long ranked) {
        long count = histogram.getTotalCount();
        long population = Math.max(ranked, count);
        boolean isEmpty = count == 0;
        return new LatencySummary(count, population,
                isEmpty ? null : histogram.getMinValue(),
                isEmpty ? null : histogram.getMean(),
                valueAt(histogram, population, 0.5),
                valueAt(histogram, population, 0.9),
                valueAt(histogram, population, 0.99),
                valueAt(histogram, population, 0.999),
                valueAt(histogram, population, 0.9999),
                valueAt(histogram, population, 1),
                encode(histogram));
    }

    /**
     * The value of a percentile, or null.
     *
     * @param quantile one of 0.5, 0.9, 0.99, 0.999, 0.9999 and 1 for the highest
     */
    public @Nullable Long at(double quantile) {
        if (quantile == 1) {
            return maxNs;
        }
        return quantile == 0.5
                ? p50Ns
                : quantile == 0.9
                        ? p90Ns
                        : quantile == 0.99
                                ? p99Ns
                                : quantile == 0.999 ? p999Ns : p9999Ns;
    }

    /** Whether a percentile is null because too few arrivals lie above it. */
    public boolean isOmitted(double quantile) {
        return quantile == 1 ? ranked == 0 : hasTooFewAbove(ranked, quantile);
    }

    /** Whether a percentile is null because its rank falls among the arrivals that never got the value. */
    public boolean isInfinite(double quantile) {
        return !isOmitted(quantile) && at(quantile) == null;
    }

    /**
     * The recorded values.
     *
     * @throws IllegalStateException when the text is not a histogram
     */
    public Histogram decode() {
        try {
            return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), HIGHEST_NS);
        } catch (DataFormatException | IllegalArgumentException cause) {
            throw new IllegalStateException("the histogram in this result cannot be read", cause);
        }
    }

    /**
     * A percentile by the rules of this record, without the rest of it: null when it is omitted or infinite.
     *
     * @param quantile above 0; 1 for the highest
     */
    static @Nullable Long valueAt(Histogram histogram, long ranked, double quantile) {
        if (quantile == 1) {
            return histogram.getTotalCount() == 0 || ranked > histogram.getTotalCount() ? null : histogram.getMaxValue();
        }
        long rank = rank(ranked, quantile);
        if (hasTooFewAbove(ranked, quantile) || rank > histogram.getTotalCount()) {
            return null;
        }
        // The middle of a rank rounds up to it, whatever a percentage loses in binary.
        return histogram.getValueAtPercentile(100.0 * (rank - 0.5) / histogram.getTotalCount());
    }

    private static boolean hasTooFewAbove(long ranked, double quantile) {
        return ranked - rank(ranked, quantile) < LEAST_ABOVE;
    }

    /** Rank of a quantile, 1 to {@code ranked}; the small term takes back what 0.9999 loses in binary. */
    private static long rank(long ranked, double quantile) {
        return Math.max(1, (long) Math.ceil(quantile * ranked - 1e-6));
    }

    private static String encode(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        byte[] bytes = new byte[length];
        buffer.flip().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
