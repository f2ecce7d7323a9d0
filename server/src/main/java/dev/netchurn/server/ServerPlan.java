package dev.netchurn.server;

import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.util.List;

/**
 * What a target does.
 *
 * @param engine by which means connections are accepted and waited for
 * @param listen every address and port to listen on, at least one, each once; a port of 0 is not allowed
 * @param close how connections end
 * @param exchange what is said before
 * @param backlog of each listener, 1 to 1 048 576; the kernel clamps it to somaxconn
 * @param acceptors how many listeners share each endpoint by SO_REUSEPORT, one event loop each, 1 to 64
 */
public record ServerPlan(
        Engine engine, List<Endpoint> listen, ServerClose close, Exchange exchange, int backlog, int acceptors) {

    public ServerPlan {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new IllegalArgumentException("a target needs at least one address to listen on");
        }
        if (listen.stream().anyMatch(endpoint -> endpoint.port() == 0)) {
            throw new IllegalArgumentException("a target's port cannot be 0");
        }
        if (listen.stream().distinct().count() != listen.size()) {
            throw new IllegalArgumentException("a target listens on each address and port only once");
        }
        if (backlog < 1 || backlog > 1 << 20) {
            throw new IllegalArgumentException("a backlog is between 1 and 1048576, not " + backlog);
        }
        if (acceptors < 1 || acceptors > 64) {
            throw new IllegalArgumentException("acceptors are between 1 and 64, not " + acceptors);
        }
    }
}
