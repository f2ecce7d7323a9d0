package dev.netchurn.transport;

import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;

/**
 * A driven loop on an io_uring of its own. What is submitted during a turn goes to the kernel in one io_uring_enter(2).
 *
 * <p>The completion queue has room for two completions of every operation that can be under way: Netty merely logs one that
 * overflows.
 */
public final class UringLoop extends DrivenLoop {

    /** The largest completion queue that Linux makes (IORING_MAX_CQ_ENTRIES, io_uring/io_uring.h). */
    private static final int MOST_COMPLETIONS = 1 << 16;
    private static final int SUBMISSIONS = 4096;
    private static final int LEAST_COMPLETIONS = 4 * SUBMISSIONS;

    /** So many operations can be under way at a time. */
    public static final int MOST_UNDER_WAY = MOST_COMPLETIONS / 2;

    /**
     * @param mostUnderWay operations at a time, at most {@link #MOST_UNDER_WAY}
     * @throws IllegalStateException with a sentence for the user when this machine has no io_uring for us
     */
    public UringLoop(int mostUnderWay) {
        super(IoUringIoHandler.newFactory(config(mostUnderWay)));
    }

    private static IoUringIoHandlerConfig config(int mostUnderWay) {
        String obstacle = UringPermission.obstacle();
        if (obstacle != null) {
            throw new IllegalStateException(obstacle);
        }
        int completions = Math.max(LEAST_COMPLETIONS, Integer.highestOneBit(2 * mostUnderWay - 1) << 1);
        return new IoUringIoHandlerConfig().setRingSize(SUBMISSIONS).setCqSize(Math.min(completions, MOST_COMPLETIONS));
    }

    /** Registers a handle; one is enough for all operations of the loop. */
    public IoRegistration register(IoUringIoHandle handle) {
        try {
            return registerHandle(handle);
        } catch (Exception e) {
            throw new IllegalStateException("io_uring refused a handle", e);
        }
    }
}
