package dev.netchurn.closepath;

import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The graceful sequence: shutdownOutput() sends the FIN and keeps the socket, close() lets go of it. What it costs more than a
 * bare close() is the price of hearing from the far end's application.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@OperationsPerInvocation(NettyBatch.CHANNELS)
public class HalfCloseBenchmark extends NettyBatch {

    @Override
    boolean allowHalfClosure() {
        return true;
    }

    /** Without waiting: one FIN, and close() finds it sent. */
    @Benchmark
    public void shutdownOutputThenClose(Failures failures) throws InterruptedException {
        measure(failures, done -> channels[0].eventLoop().execute(() -> {
            for (var channel : channels) {
                ((SocketChannel) channel).shutdownOutput().addListener(sent -> channel.close().addListener(done));
            }
        }));
    }
}
