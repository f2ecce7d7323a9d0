package dev.netchurn.server;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Runs a target's code on a listener of its own until the JVM has compiled it. Every connection ends by RST: the listener
 * has SO_LINGER {1,0}, and so have the clients at the end. So neither side enters TIME_WAIT, while the target still
 * walks its usual paths: FIN read, exchange answered, client reset, with epoll and without.
 */
final class WarmUp implements AutoCloseable {

    private static final int BATCH = 32;
    private static final int BACKLOG = 1024;
    private static final int MOST_KEPT_OPEN = 64;
    private static final int LARGEST_ANSWER = 64 << 10;
    private static final int SO_RCVTIMEO = 20;
    private static final long RECEIVE_TIMEOUT_US = 20_000;
    private static final Duration LONGEST_DELAY = Duration.ofMillis(1);

    private final Syscalls syscalls = new Syscalls();
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment request = arena.allocate(LARGEST_ANSWER);
    private final MemorySegment bytes = arena.allocate(LARGEST_ANSWER);
    private final MemorySegment timeout = arena.allocate(16, 8);
    private final Conduct conduct;
    private final int[] clients = new int[BATCH];
    private int keptOpen;

    private WarmUp(Conduct conduct) {
        this.conduct = conduct;
        timeout.set(ValueLayout.JAVA_LONG, 8, RECEIVE_TIMEOUT_US);
        if (conduct.exchange() instanceof Exchange.Literal literal) {
            MemorySegment.copy(literal.payload().bytes(), 0, request, ValueLayout.JAVA_BYTE, 0, conduct.requestBytes());
        }
    }

    static int run(ServerPlan plan, NanoClock clock, int connections, Duration atMost) {
        Conduct conduct = Conduct.of(brief(plan.close()), brief(plan.exchange()));
        if (!conduct.accepts()) {
            return 0;
        }
        Endpoint anyPort = new Endpoint(InetAddress.ofLiteral("127.0.0.1"), 0);
        int[][] listening;
        try {
            listening = ListeningSockets.open(List.of(anyPort), 1, BACKLOG, true);
        } catch (ListenException e) {
            return 0;
        }
        try (WarmUp warmUp = new WarmUp(conduct)) {
            Endpoint endpoint = new Endpoint(anyPort.address(), warmUp.localPort(listening[0][0]));
            try (ChurnServer _ = ChurnServer.start(plan.engine(), List.of(endpoint), listening, conduct, clock)) {
                return warmUp.churn(endpoint, clock, connections, atMost.toNanos());
            }
        }
    }

    /** The same way to close, of bounded time and size. */
    private static ServerClose brief(ServerClose close) {
        return switch (close) {
            case ServerClose.Delay(Duration delay) -> new ServerClose.Delay(
                    delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY);
            case ServerClose.HalfClose(int bytes) -> new ServerClose.HalfClose(Math.min(bytes, LARGEST_ANSWER));
            case ServerClose.AfterClient _, ServerClose.First _, ServerClose.Rst _, ServerClose.RstAfterClient _, ServerClose.Never _, ServerClose.Leak _, ServerClose.NoAccept _ ->
                    close;
        };
    }

    private static Exchange brief(Exchange exchange) {
        return switch (exchange) {
            case Exchange.None _, Exchange.Literal _ -> exchange;
            case Exchange.Request(int out, int in) -> new Exchange.Request(
                    Math.min(out, LARGEST_ANSWER), Math.min(in, LARGEST_ANSWER));
        };
    }

    private int localPort(int fd) {
        syscalls.readLocalName(fd);
        return syscalls.localPort();
    }

    private int churn(Endpoint endpoint, NanoClock clock, int connections, long atMostNs) {
        SocketAddress address = new SocketAddress(arena, endpoint.address(), endpoint.port());
        long startNs = clock.nanoTime();
        int made = 0;
        while (made < connections && clock.nanoTime() - startNs < atMostNs) {
            int opened = openBatch(address);
            if (opened == 0) {
                return made;
            }
            for (int i = 0; i < opened; i++) {
                endOne(i);
            }
            made += opened;
        }
        return made;
    }

    /** Connects a batch; every fourth has sent its FIN before the target can accept it. */
    private int openBatch(SocketAddress address) {
        for (int i = 0; i < BATCH; i++) {
            int fd = syscalls.tcpSocket(Syscalls.AF_INET, false);
            if (fd < 0) {
                return i;
            }
            syscalls.setOption(fd, Syscalls.SOL_SOCKET, SO_RCVTIMEO, timeout, 16);
            syscalls.setLinger(fd, true, 0);
            if (syscalls.connect(fd, address) < 0) {
                syscalls.close(fd);
                return i;
            }
            clients[i] = fd;
            if (conduct.requestBytes() > 0) {
                syscalls.send(fd, request, conduct.requestBytes());
            }
            if (i % 4 == 0 && sendsFin()) {
                syscalls.shutdownWrite(fd);
            }
        }
        return BATCH;
    }

    /** Takes the answer, then ends a connection by a FIN that the target answers with RST, or every fourth by RST. */
    private void endOne(int i) {
        int fd = clients[i];
        long missing = conduct.responseBytes();
        while (missing > 0) {
            long outcome = syscalls.recv(fd, bytes, missing);
            if (outcome <= 0) {
                break;
            }
            missing -= outcome;
        }
        if (i % 4 < 3 && !conduct.leaks()) {
            if (i % 4 != 0) {
                syscalls.shutdownWrite(fd);
            }
            syscalls.recv(fd, bytes, 1);
        }
        syscalls.close(fd);
    }

    /** A target that may never close holds a descriptor for every FIN, so only some are sent. */
    private boolean sendsFin() {
        return !conduct.leaks() || keptOpen++ < MOST_KEPT_OPEN;
    }

    @Override
    public void close() {
        arena.close();
        syscalls.close();
    }
}
