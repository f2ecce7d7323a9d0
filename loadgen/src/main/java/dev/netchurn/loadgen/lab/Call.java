package dev.netchurn.loadgen.lab;

import org.jspecify.annotations.Nullable;

/**
 * A system call of one of the two applications.
 *
 * @param atNs when it began, from the beginning of the scene
 * @param tookNs until it returned
 * @param side {@code client} or {@code server}
 * @param clientPort the connection, null when it never had one
 * @param call such as {@code connect()}
 * @param result such as {@code 0}, {@code 5} or {@code ECONNRESET}
 */
public record Call(long atNs, long tookNs, String side, @Nullable Integer clientPort, String call, String result) {
}
