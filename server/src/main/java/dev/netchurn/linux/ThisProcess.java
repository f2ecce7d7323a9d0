package dev.netchurn.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the kernel knows of this process, of the calling thread and of its terminal. Any thread; not for a hot path. */
public final class ThisProcess {

    private static final long TIOCGWINSZ = 0x5413;
    private static final int RLIMIT_NOFILE = 7;
    private static final int CLOCK_MONOTONIC_COARSE = 6;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private ThisProcess() {
    }

    /** A call that is given the memory it needs, with the errno in front. */
    private interface Call<T> {
        T in(Arena arena, MemorySegment errno) throws Throwable;
    }

    private static <T> T call(Call<T> call) {
        try (Arena arena = Arena.ofConfined()) {
            return call.in(arena, arena.allocate(Libc.ERRNO_STATE));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private static int result(int returned, MemorySegment errno) {
        return returned >= 0 ? returned : -(int) Libc.ERRNO.get(errno, 0L);
    }

    /** Soft and hard limit on open descriptors (getrlimit(2)); −1 means no limit. */
    public static DescriptorLimit descriptorLimit() {
        return call((arena, errno) -> {
            MemorySegment limits = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int outcome = result((int) Libc.GETRLIMIT.invokeExact(errno, RLIMIT_NOFILE, limits), errno);
            if (outcome < 0) {
                throw new IllegalStateException("getrlimit failed: " + Errno.name(-outcome));
            }
            return new DescriptorLimit(limits.getAtIndex(ValueLayout.JAVA_LONG, 0),
                    limits.getAtIndex(ValueLayout.JAVA_LONG, 1));
        });
    }

    /** setrlimit(2) of open descriptors for the whole process; 0, or the negative errno. */
    public static int setDescriptorLimit(DescriptorLimit limit) {
        return call((arena, errno) -> {
            MemorySegment limits = arena.allocateFrom(ValueLayout.JAVA_LONG, limit.soft(), limit.hard());
            return result((int) Libc.SETRLIMIT.invokeExact(errno, RLIMIT_NOFILE, limits), errno);
        });
    }

    /**
     * How long a tick of the kernel's clock lasts, 1 s / CONFIG_HZ, in nanoseconds: the resolution of CLOCK_MONOTONIC_COARSE,
     * which moves with the tick (clock_getres(2), kernel/time/posix-timers.c).
     */
    public static long tickNs() {
        return call((arena, errno) -> {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int outcome = (int) Libc.CLOCK_GETRES.invokeExact(errno, CLOCK_MONOTONIC_COARSE, time);
            assert outcome == 0;
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * NS_PER_SECOND + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
        });
    }

    /**
     * PR_SET_TIMERSLACK of the calling thread (prctl(2)): how much later than asked a wait may end, 50 µs by default.
     *
     * @param slackNs at least 1
     * @return 0, or the negative errno
     */
    public static int setTimerSlack(long slackNs) {
        return call((arena, errno) -> result((int) Libc.PRCTL.invokeExact(errno, PR_SET_TIMERSLACK, slackNs), errno));
    }

    /** gettid(2): the kernel's number of the calling thread. */
    public static int threadId() {
        return call((arena, errno) -> (int) Libc.GETTID.invokeExact(errno));
    }

    /** isatty(3). */
    public static boolean isTerminal(int fd) {
        return call((arena, errno) -> (int) Libc.ISATTY.invokeExact(errno, fd) == 1);
    }

    /** Size of the terminal that a descriptor is; none when it is no terminal, or one that does not know (TIOCGWINSZ, ioctl_tty(2)). */
    public static WindowSize windowSize(int fd) {
        return call((arena, errno) -> {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4);
            int result = (int) Libc.IOCTL.invokeExact(errno, fd, TIOCGWINSZ, size);
            return result < 0
                    ? WindowSize.UNKNOWN
                    : new WindowSize(Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 0)),
                            Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1)));
        });
    }
}
