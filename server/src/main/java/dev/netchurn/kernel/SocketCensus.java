package dev.netchurn.kernel;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The sockets of one side, counted by state at one instant.
 *
 * @param sockets every state that had at least one socket
 * @param unacceptedCloseWait how many of CLOSE_WAIT the server never accepted (inode 0 in sock_diag)
 */
public record SocketCensus(Map<TcpState, Long> sockets, long unacceptedCloseWait) {

    public static final SocketCensus EMPTY = new SocketCensus(Map.of(), 0);

    public SocketCensus {
        EnumMap<TcpState, Long> copy = new EnumMap<>(TcpState.class);
        sockets.forEach((state, count) -> {
            if (count < 0) {
                throw new IllegalArgumentException(count + " sockets in " + state);
            }
            if (count > 0) {
                copy.put(state, count);
            }
        });
        sockets = Collections.unmodifiableMap(copy);
    }

    /** Sockets in a state, 0 when there are none. */
    public long in(TcpState state) {
        return sockets.getOrDefault(state, 0L);
    }

    /** Whether no socket is in a state that it will leave by itself. */
    public boolean isSettled() {
        return sockets.keySet().stream().noneMatch(TcpState::isTransient);
    }
}
