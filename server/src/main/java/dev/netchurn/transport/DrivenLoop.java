package dev.netchurn.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One Netty event loop that its owner drives by hand: do what is due, then {@link #run} until something happens.
 *
 * <p>Owned by the thread that constructs it; only {@link #wakeup()} may be called from elsewhere. Handles are registered
 * straight with Netty's {@link IoHandler}, which saves the promise that a registration through the loop costs.
 */
public abstract sealed class DrivenLoop implements AutoCloseable permits EpollLoop, UringLoop {

    private static final Runnable NOTHING = () -> {};

    private final CapturingFactory factory;
    private final ManualIoEventLoop loop;

    DrivenLoop(IoHandlerFactory handlers) {
        factory = new CapturingFactory(handlers);
        loop = new ManualIoEventLoop(Thread.currentThread(), factory);
    }

    /** Throws what Netty throws when it refuses the handle. */
    final IoRegistration registerHandle(IoHandle handle) throws Exception {
        return factory.handler().register(handle);
    }

    /** The loop itself, for channels, which register themselves. */
    public final IoEventLoop channelLoop() {
        return loop;
    }

    /** Handles what is ready, without waiting. Returns how many events were handled. */
    public final int runNow() {
        return loop.runNow();
    }

    /** Waits at most {@code waitNs} (above 0) for an event or a wake-up, and handles what is ready. */
    public final int run(long waitNs) {
        return loop.run(waitNs);
    }

    /**
     * Ends a wait early, also one that is just about to begin: a task is queued, because a bare wake-up is lost when it
     * comes between two waits. Safe to call from any thread, also after {@link #close}.
     */
    public final void wakeup() {
        if (!loop.isShuttingDown()) {
            try {
                loop.execute(NOTHING);
            } catch (RejectedExecutionException e) {
                // The loop was closed in the meantime, so nobody waits.
            }
        }
    }

    /** Closes every registered handle and the loop's own descriptors. */
    @Override
    public final void close() {
        loop.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
        while (!loop.isTerminated()) {
            loop.runNow();
        }
    }

    /** Keeps hold of the handler that Netty makes for the loop. */
    private static final class CapturingFactory implements IoHandlerFactory {
        private final IoHandlerFactory delegate;
        private @Nullable IoHandler handler;

        CapturingFactory(IoHandlerFactory delegate) {
            this.delegate = delegate;
        }

        @Override
        public IoHandler newHandler(ThreadAwareExecutor executor) {
            IoHandler made = delegate.newHandler(executor);
            handler = made;
            return made;
        }

        @Override
        public boolean isChangingThreadSupported() {
            return delegate.isChangingThreadSupported();
        }

        IoHandler handler() {
            IoHandler made = handler;
            if (made == null) {
                throw new IllegalStateException("the event loop was not made yet");
            }
            return made;
        }
    }
}
