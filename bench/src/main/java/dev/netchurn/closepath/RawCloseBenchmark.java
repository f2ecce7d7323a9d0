package dev.netchurn.closepath;

import dev.netchurn.linux.Syscalls;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What close(2) of an established, idle connection costs, by the ways that lead to it from Java: the floor under every network
 * library. On loopback the call contains the peer's receive path, because the segment is delivered before it returns.
 */
@OperationsPerInvocation(RawCloseBenchmark.PAIRS)
public class RawCloseBenchmark extends BatchBenchmark {

    /** Two descriptors each, so that the usual hard limits suffice. */
    static final int PAIRS = 1_000;

    /** Who calls close(2). */
    public enum Way {
        /** {@code java.lang.foreign}, as netchurn's lean engine does. */
        FOREIGN,
        /** Netty's FileDescriptor, through JNI. */
        NETTY_JNI,
        /** {@code java.nio}: a SocketChannel that no selector knows. */
        SOCKET_CHANNEL
    }

    /** What the close sends. */
    public enum CloseMode {
        FIN, RST
    }

    @Param
    public Way way;

    @Param
    public CloseMode mode;

    private final int[] near = new int[PAIRS];
    private final FileDescriptor[] descriptors = new FileDescriptor[PAIRS];
    private final SocketChannel[] channels = new SocketChannel[PAIRS];
    private Costs costs;
    private Syscalls calls;
    private ConnectedPairs pairs;
    private Peers peers;
    private Failures failures = new Failures();

    @Setup(Level.Trial)
    public void listen() {
        Epoll.ensureAvailability(); // loads the library of FileDescriptor
        costs = new Costs();
        calls = new Syscalls();
        pairs = new ConnectedPairs(calls, PAIRS);
        peers = new Peers(PAIRS);
    }

    @Setup(Level.Iteration)
    public void open() throws IOException {
        if (way == Way.SOCKET_CHANNEL) {
            for (int i = 0; i < PAIRS; i++) {
                channels[i] = SocketChannel.open(peers.address());
                channels[i].setOption(StandardSocketOptions.SO_LINGER, mode == CloseMode.RST ? 0 : -1);
                channels[i].configureBlocking(false);
                peers.accept(1);
            }
            return;
        }
        pairs.open(mode == CloseMode.RST);
        System.arraycopy(pairs.near(), 0, near, 0, PAIRS);
        for (int i = 0; i < PAIRS; i++) {
            descriptors[i] = new FileDescriptor(near[i]);
        }
    }

    @Benchmark
    public void close(Failures counted) {
        failures = counted;
        costs.begin();
        switch (way) {
            case FOREIGN -> closeForeign();
            case NETTY_JNI -> closeNative();
            case SOCKET_CHANNEL -> closeChannels();
        }
        costs.end(PAIRS);
    }

    private void closeForeign() {
        for (int fd : near) {
            if (calls.close(fd) < 0) {
                failures.errors++;
            }
        }
    }

    private void closeNative() {
        for (FileDescriptor descriptor : descriptors) {
            try {
                descriptor.close();
            } catch (IOException e) {
                failures.errors++;
            }
        }
    }

    private void closeChannels() {
        for (SocketChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                failures.errors++;
            }
        }
    }

    @TearDown(Level.Iteration)
    public void closeRest() throws IOException, InterruptedException {
        pairs.nearAreClosed();
        pairs.closeRest();
        peers.abortAll();
        failures.found((way == Way.SOCKET_CHANNEL ? peers.leftovers() : pairs.leftovers()).afterASecond(false));
        failures.check();
    }

    @TearDown(Level.Trial)
    public void stop() {
        peers.close();
        pairs.close();
        calls.close();
        costs.close();
    }
}
