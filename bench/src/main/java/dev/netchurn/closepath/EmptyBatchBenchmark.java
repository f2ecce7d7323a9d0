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

/**
 * The way to the event loop and back without a close: one task for the batch, or one for each channel. To be read beside the
 * other results, not subtracted from them.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@OperationsPerInvocation(NettyBatch.CHANNELS)
public class EmptyBatchBenchmark extends NettyBatch {

    @Benchmark
    public void oneTask(Failures failures) throws InterruptedException {
        measure(failures, done -> channels[0].eventLoop().execute(() -> {
            for (var channel : channels) {
                if (channel.isOpen()) {
                    done.completed();
                }
            }
        }));
    }

    @Benchmark
    public void oneTaskEach(Failures failures) throws InterruptedException {
        measure(failures, done -> {
            for (var channel : channels) {
                channel.eventLoop().execute(done::completed);
            }
        });
    }
}
