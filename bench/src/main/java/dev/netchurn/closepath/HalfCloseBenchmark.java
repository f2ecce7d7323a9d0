package dev.netchurn.closepath;

import io.netty.channel.socket.SocketChannel;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * The graceful sequence: shutdownOutput() sends the FIN and keeps the socket, close() lets go of it. What it costs more than a
 * bare close() is the price of hearing from the far end's application.
 */
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
