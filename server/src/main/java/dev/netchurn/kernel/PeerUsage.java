package dev.netchurn.kernel;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the connections to one destination hold at one instant.
 *
 * @param sockets by state, of those whose local port is in the range that connect() chooses from
 * @param portsInUse ports that connect() could have chosen, of which at least one socket is connected there, TIME_WAIT included.
 *     Sockets of different local addresses are not told apart
 * @param portsInTimeWaitOnly of these, the ones that only TIME_WAIT holds
 * @param portsLeft ports that connect() can choose from and that nothing to this destination holds
 */
public record PeerUsage(Map<TcpState, Long> sockets, int portsInUse, int portsInTimeWaitOnly, int portsLeft) {

    public PeerUsage {
        EnumMap<TcpState, Long> copy = new EnumMap<>(TcpState.class);
        copy.putAll(sockets);
        sockets = Collections.unmodifiableMap(copy);
    }
}
