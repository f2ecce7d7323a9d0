package dev.netchurn.closepath;

import org.openjdk.jmh.annotations.Benchmark;

/** deregister() of an idle channel: the part of a close that is Netty's and the selector's own, without close(2). */
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
