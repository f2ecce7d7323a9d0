package dev.netchurn.closepath;

import org.openjdk.jmh.annotations.Benchmark;

/**
 * The far end closes first; Netty reads its FIN and closes by itself (LAST_ACK path). TIME_WAIT stays with the far end,
 * where the next SYN from the same port takes it over. The time contains the far end's close(2).
 */
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
