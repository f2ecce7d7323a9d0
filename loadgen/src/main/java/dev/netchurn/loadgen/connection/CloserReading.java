package dev.netchurn.loadgen.connection;

/**
 * The executor that makes lingering closes.
 *
 * @param executor its name
 * @param size its threads
 * @param queueMax the most closes that waited while every thread was busy, since the previous reading
 */
public record CloserReading(String executor, int size, long queueMax) {
}
