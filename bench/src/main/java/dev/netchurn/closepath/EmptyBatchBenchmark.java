package dev.netchurn.closepath;

import org.openjdk.jmh.annotations.Benchmark;

/**
 * The way to the event loop and back without a close: one task for the batch, or one for each channel. To be read beside the
 * other results, not subtracted from them.
 */
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
