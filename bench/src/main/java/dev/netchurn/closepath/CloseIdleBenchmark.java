package dev.netchurn.closepath;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * {@code channel.close()} of an idle connection until its promise is complete: what stock Netty adds to close(2), by transport,
 * by who calls, and with or without an abort.
 *
 * <p>Expected on epoll: getsockopt(SO_LINGER), epoll_ctl(DEL), close, so three system calls; one eventfd write more where
 * another thread calls and the loop sleeps. On NIO getsockopt twice and, without an abort, shutdown: close(2) itself comes
 * {@linkplain NettyTransport#NIO later}. {@link EmptyBatchBenchmark} is the way to the loop and back alone.
 */
public class CloseIdleBenchmark extends NettyBatch {

    /** SO_LINGER: off, or {1,0}. */
    public enum Linger {
        OFF(-1), ABORT(0);

        private final int seconds;

        Linger(int seconds) {
            this.seconds = seconds;
        }
    }

    /** Which thread calls close(). */
    public enum Caller {
        EVENT_LOOP, OTHER_THREAD
    }

    @Param
    public Linger linger;

    @Param
    public Caller caller;

    @Override
    int lingerSeconds() {
        return linger.seconds;
    }

    @Benchmark
    public void close(Failures failures) throws InterruptedException {
        measure(failures, done -> asCaller(() -> {
            for (var channel : channels) {
                channel.close().addListener(done);
            }
        }));
    }

    private void asCaller(Runnable work) {
        switch (caller) {
            case EVENT_LOOP -> channels[0].eventLoop().execute(work);
            case OTHER_THREAD -> work.run();
        }
    }
}
