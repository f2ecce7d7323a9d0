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
 * The far end closes first; Netty reads its FIN and closes by itself (LAST_ACK path). TIME_WAIT stays with the far end,
 * where the next SYN from the same port takes it over. The time contains the far end's close(2).
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@OperationsPerInvocation(NettyBatch.CHANNELS)
public class PassiveCloseBenchmark extends NettyBatch {

    @Override
    boolean peersKeepTimeWait() {
        return true;
    }

    @Benchmark
    public void closeAfterPeer(Failures failures) throws InterruptedException {
        measure(failures, done -> {
            for (var channel : channels) {
                channel.closeFuture().addListener(done);
            }
            peers().closeAll();
        });
    }
}
