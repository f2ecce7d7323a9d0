package dev.netchurn.closepath;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.ProcFile;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * socket, connect and an aborting close, while so many percent of the local ports towards the same target are in use:
 * connect() looks for a free port among those of one parity first, one after the other (net/ipv4/inet_hashtables.c,
 * __inet_hash_connect), so it gets slow long before it fails.
 *
 * <p>Needs a small ip_local_port_range, such as {@code bench/jmh.sh} sets in its private namespace; a large one is refused,
 * because holding most of it takes more descriptors than a process may have.
 */
@OperationsPerInvocation(ConnectCloseBenchmark.CONNECTIONS)
public class ConnectCloseBenchmark extends BatchBenchmark {

    static final int CONNECTIONS = 200;
    private static final int MOST_PORTS = 4_096;
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    @Param({"0", "50", "90"})
    public int percentTaken;

    private Costs costs;
    private Syscalls calls;
    private Arena arena;
    private SocketAddress target;
    private int listener;
    private int[] held;
    private Failures failures = new Failures();
    private final int[] accepted = new int[CONNECTIONS];

    @Setup(Level.Trial)
    public void takePorts() throws IOException {
        int[] range = Arrays.stream(ProcFile.readOnce(RANGE).strip().split("\\s+")).mapToInt(Integer::parseInt).toArray();
        int ports = range[1] - range[0] + 1;
        if (ports > MOST_PORTS) {
            throw new IllegalStateException("ip_local_port_range has " + ports + " ports; at most " + MOST_PORTS
                    + " can be taken here, so run bench/jmh.sh, which sets it in a private namespace");
        }
        costs = new Costs();
        calls = new Syscalls();
        arena = Arena.ofConfined();
        // Outside of the range, so that no connection can become one to itself.
        target = new SocketAddress(arena, InetAddress.ofLiteral("127.0.0.1"), range[0] - 1);
        listener = checked(calls.tcpSocket(Syscalls.AF_INET, false));
        checked(calls.setOption(listener, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEADDR, 1));
        checked(calls.bind(listener, target));
        checked(calls.listen(listener, MOST_PORTS));
        held = new int[2 * (ports * percentTaken / 100)];
        for (int i = 0; i < held.length; i += 2) {
            held[i] = checked(calls.tcpSocket(Syscalls.AF_INET, false));
            checked(calls.setLinger(held[i], true, 0));
            checked(calls.connect(held[i], target));
            held[i + 1] = checked(calls.accept(listener));
        }
    }

    @Benchmark
    public void connectAndAbort(Failures counted) {
        failures = counted;
        costs.begin();
        for (int i = 0; i < CONNECTIONS; i++) {
            int fd = calls.tcpSocket(Syscalls.AF_INET, false);
            int connected = calls.setLinger(fd, true, 0) | calls.connect(fd, target);
            if (connected == -Errno.EADDRNOTAVAIL) {
                failures.addressNotAvailable++;
            } else if (connected < 0) {
                failures.errors++;
            }
            calls.close(fd);
        }
        costs.end(CONNECTIONS);
    }

    @TearDown(Level.Iteration)
    public void clearAcceptQueue() {
        for (int i = 0; i < CONNECTIONS; i++) {
            accepted[i] = checked(calls.accept(listener));
        }
        Arrays.stream(accepted).forEach(calls::close);
        failures.check();
    }

    @TearDown(Level.Trial)
    public void release() {
        Arrays.stream(held).forEach(calls::close);
        calls.close(listener);
        arena.close();
        calls.close();
        costs.close();
    }

    private static int checked(int result) {
        if (result < 0) {
            throw new IllegalStateException(Errno.name(-result));
        }
        return result;
    }
}
