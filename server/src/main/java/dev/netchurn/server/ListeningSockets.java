package dev.netchurn.server;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.Endpoint;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Opens listening sockets. Options are set on the listener only: accepted sockets inherit SO_LINGER from it, so an RST
 * close costs no system call per connection (net/ipv4/inet_connection_sock.c, inet_csk_clone_lock).
 */
final class ListeningSockets {

    private ListeningSockets() {
    }

    /**
     * One listener on every endpoint for every acceptor; all of them or none.
     *
     * @param abort whether closing an accepted connection sends an RST (SO_LINGER {1,0})
     * @return descriptors by acceptor, then by endpoint
     * @throws ListenException naming the endpoint that failed
     */
    static int[][] open(List<Endpoint> endpoints, int acceptors, int backlog, boolean abort) {
        int[][] descriptors = new int[acceptors][endpoints.size()];
        int opened = 0;
        try (Syscalls syscalls = new Syscalls()) {
            try {
                for (int i = 0; i < acceptors * endpoints.size(); i++) {
                    Endpoint endpoint = endpoints.get(i % endpoints.size());
                    descriptors[i / endpoints.size()][i % endpoints.size()] =
                            open(syscalls, endpoint, acceptors > 1, backlog, abort);
                    opened++;
                }
            } catch (ListenException e) {
                for (int i = 0; i < opened; i++) {
                    syscalls.close(descriptors[i / endpoints.size()][i % endpoints.size()]);
                }
                throw e;
            }
        }
        return descriptors;
    }

    private static int open(Syscalls syscalls, Endpoint endpoint, boolean shared, int backlog, boolean abort) {
        try (Arena arena = Arena.ofConfined()) {
            SocketAddress address = new SocketAddress(arena, endpoint.address(), endpoint.port());
            int fd = require(endpoint, syscalls.tcpSocket(address.family(), true));
            try {
                require(endpoint, syscalls.setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEADDR, 1));
                if (shared) {
                    require(endpoint, syscalls.setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEPORT, 1));
                }
                if (address.isIpv6()) {
                    require(endpoint, syscalls.setOption(fd, Syscalls.SOL_IPV6, Syscalls.IPV6_V6ONLY, 1));
                }
                if (abort) {
                    require(endpoint, syscalls.setLinger(fd, true, 0));
                }
                require(endpoint, syscalls.bind(fd, address));
                require(endpoint, syscalls.listen(fd, backlog));
                return fd;
            } catch (ListenException e) {
                syscalls.close(fd);
                throw e;
            }
        }
    }

    private static int require(Endpoint endpoint, int outcome) {
        if (outcome < 0) {
            throw new ListenException(endpoint, -outcome);
        }
        return outcome;
    }
}
