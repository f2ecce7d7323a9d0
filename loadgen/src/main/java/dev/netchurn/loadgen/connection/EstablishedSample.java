package dev.netchurn.loadgen.connection;

import dev.netchurn.transport.Endpoint;

/**
 * An established connection that was picked to learn when the target accepts it.
 *
 * @param addressBits the client's IPv4 address, or the last 4 bytes of its IPv6 address
 * @param port the client's
 * @param target where it went
 * @param startNs just before connect()
 * @param establishedNs when the client learnt that it is established; the target may have accepted it a little earlier
 */
public record EstablishedSample(int addressBits, int port, Endpoint target, long startNs, long establishedNs) {
}
