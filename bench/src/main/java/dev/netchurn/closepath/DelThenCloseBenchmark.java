package dev.netchurn.closepath;

import dev.netchurn.linux.Syscalls;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * close(2) of a descriptor that epoll watches: the kernel takes the registration out by itself when the last reference to the
 * file goes (fs/eventpoll.c, eventpoll_release), yet Netty calls epoll_ctl(EPOLL_CTL_DEL) first. What that call is worth.
 */
@OperationsPerInvocation(DelThenCloseBenchmark.PAIRS)
public class DelThenCloseBenchmark extends BatchBenchmark {

    static final int PAIRS = 1_000;

    /** Who ends the registration. */
    public enum Registration {
        /** There is none: close(2) alone. */
        NONE,
        /** The kernel, within close(2). */
        BY_KERNEL,
        /** EPOLL_CTL_DEL, then close(2), as stock Netty. */
        BY_DEL
    }

    @Param
    public Registration registration;

    private Costs costs;
    private Syscalls calls;
    private ConnectedPairs pairs;
    private FileDescriptor epoll;
    private Failures failures = new Failures();

    @Setup(Level.Trial)
    public void listen() {
        costs = new Costs();
        calls = new Syscalls();
        pairs = new ConnectedPairs(calls, PAIRS);
        epoll = Native.newEpollCreate();
    }

    @Setup(Level.Iteration)
    public void open() throws IOException {
        pairs.open(false);
        if (registration != Registration.NONE) {
            for (int fd : pairs.near()) {
                Native.epollCtlAdd(epoll.intValue(), fd, Native.EPOLLIN | Native.EPOLLRDHUP | Native.EPOLLET);
            }
        }
    }

    @Benchmark
    public void close(Failures counted) throws IOException {
        failures = counted;
        boolean delete = registration == Registration.BY_DEL;
        int watching = epoll.intValue();
        costs.begin();
        for (int fd : pairs.near()) {
            if (delete) {
                Native.epollCtlDel(watching, fd);
            }
            if (calls.close(fd) < 0) {
                failures.errors++;
            }
        }
        costs.end(PAIRS);
    }

    @TearDown(Level.Iteration)
    public void closeRest() throws IOException, InterruptedException {
        pairs.nearAreClosed();
        pairs.closeRest();
        failures.found(pairs.leftovers().afterASecond(false));
        failures.check();
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        epoll.close();
        pairs.close();
        calls.close();
        costs.close();
    }
}
