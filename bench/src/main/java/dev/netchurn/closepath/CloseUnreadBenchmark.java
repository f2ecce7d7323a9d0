package dev.netchurn.closepath;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * close() with so many bytes in the receive queue that the application never read. More than none turns the FIN into an RST
 * (net/ipv4/tcp.c, __tcp_close; counter TCPAbortOnClose), and the kernel has a queue to free.
 */
public class CloseUnreadBenchmark extends NettyBatch {

    @Param({"0", "1", "65536"})
    public int unreadBytes;

    @Override
    boolean autoRead() {
        return false;
    }

    @Setup(Level.Iteration)
    public void fillQueues() {
        if (unreadBytes > 0) {
            peers().send(unreadBytes);
        }
    }

    @Benchmark
    public void close(Failures failures) throws InterruptedException {
        measure(failures, done -> channels[0].eventLoop().execute(() -> {
            for (var channel : channels) {
                channel.close().addListener(done);
            }
        }));
    }
}
