package dev.netchurn.loadgen.connection;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * What stock Netty makes lingering closes with: its GlobalEventExecutor, one thread for the whole process
 * (EpollSocketChannel.EpollSocketChannelUnsafe.prepareToClose). It cannot be made larger, so how long a close takes is mostly
 * how long it waits for the others; here that is what gets measured.
 *
 * <p>Event loops tell that they asked for a close, one thread takes readings.
 */
public final class NettyLingerExecutor implements LingerExecutor {

    private final LongAccumulator mostWaiting = new LongAccumulator(Long::max, 0);

    /** A close was asked for. Event loops only. */
    void asked() {
        mostWaiting.accumulate(GlobalEventExecutor.INSTANCE.pendingTasks());
    }

    @Override
    public CloserReading takeReading() {
        return new CloserReading("Netty's GlobalEventExecutor", 1, mostWaiting.getThenReset());
    }

    /** It is Netty's, and ends when it has been idle for a second. */
    @Override
    public void close() {
    }
}
