package dev.netchurn.loadgen.lab;

import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, or a listener, was first seen in a state.
 *
 * @param atNs from the beginning of the scene
 * @param side {@code client} or {@code server}
 * @param clientPort the connection; null for a listener
 * @param serverPort the port that the connection goes to, or that is listened on
 * @param state as in the contract; {@code CLOSED} when there is no socket any more
 */
public record StateChange(long atNs, String side, @Nullable Integer clientPort, int serverPort, String state) {
}
