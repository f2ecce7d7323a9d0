package dev.netchurn.loadgen.run;

import dev.netchurn.server.ServerClose;
import dev.netchurn.transport.Engine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom to churn against. */
public sealed interface TargetRequest {

    /**
     * A target of our own, started and stopped with the run.
     *
     * @param engine by which means it accepts and waits
     * @param close how it closes
     * @param family 4 or 6
     * @param addresses how many addresses it listens on, 1 to 64; 0 = as many as the port budget needs
     * @param backlog of each listener
     * @param acceptors listeners per address, one event loop each
     */
    record Embedded(Engine engine, ServerClose close, int family, int addresses, int backlog, int acceptors)
            implements
                TargetRequest {
        public Embedded {
            if (family != 4 && family != 6) {
                throw new IllegalArgumentException("an address family is 4 or 6, not " + family);
            }
            if (addresses < 0 || addresses > AddressPlan.MOST_TARGET_ADDRESSES) {
                throw new IllegalArgumentException(
                        "target addresses are between 1 and " + AddressPlan.MOST_TARGET_ADDRESSES + ", not " + addresses);
            }
        }
    }

    /**
     * A server program, started and stopped with the run in a private namespace.
     *
     * @param command for {@code sh -c}
     * @param port that it listens on, 1 to 65535
     * @param family 4 or 6
     * @param addresses how many addresses it is reached at; 0 = as many as the port budget needs
     * @param listenWithinNs how long it has to begin to listen
     */
    record Program(String command, int port, int family, int addresses, long listenWithinNs) implements TargetRequest {
    }

    /**
     * Somebody's server.
     *
     * @param hostPorts {@code HOST:PORT} each, names allowed
     * @param owned hosts that the user has said to own
     * @param loadGiven whether the user chose a rate or a concurrency
     * @param observe {@code HOST:PORT} of the endpoint of a watch on the server's host; null for none
     */
    record External(List<String> hostPorts, List<String> owned, boolean loadGiven, @Nullable String observe)
            implements
                TargetRequest {

        /** Without a watch. */
        public External(List<String> hostPorts, List<String> owned, boolean loadGiven) {
            this(hostPorts, owned, loadGiven, null);
        }

        public External {
            hostPorts = List.copyOf(hostPorts);
            owned = List.copyOf(owned);
        }
    }
}
