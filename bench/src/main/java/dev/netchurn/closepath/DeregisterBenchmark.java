package dev.netchurn.closepath;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** deregister() of an idle channel: the part of a close that is Netty's and the selector's own, without close(2). */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@OperationsPerInvocation(NettyBatch.CHANNELS)
public class DeregisterBenchmark extends NettyBatch {

    @Benchmark
    public void deregister(Failures failures) throws InterruptedException {
        measure(failures, done -> channels[0].eventLoop().execute(() -> {
            for (var channel : channels) {
                channel.deregister().addListener(done);
            }
        }));
    }
}
