package dev.netchurn.closepath;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Counts the system calls of the thread that constructs it and of every thread that this one starts afterwards: an
 * inherited perf event on the tracepoint raw_syscalls:sys_enter (perf_event_open(2)). The JVM's own threads are not counted,
 * because they are older.
 *
 * <p>Needs tracefs and the permission to trace, so root as a rule; elsewhere {@link #read} answers {@link #NOT_COUNTED}.
 * One thread may use it.
 */
final class SystemCallCounter implements AutoCloseable {

    /** Answer of {@link #read} where the machine does not let us count. */
    static final long NOT_COUNTED = -1;

    private static final Path TRACEPOINT = Path.of("/sys/kernel/tracing/events/raw_syscalls/sys_enter/id");
    private static final int PERF_TYPE_TRACEPOINT = 2;
    private static final int ATTR_SIZE_VER0 = 64;
    private static final long INHERIT = 1 << 1;
    private static final long SYS_PERF_EVENT_OPEN = System.getProperty("os.arch").equals("aarch64") ? 241 : 298;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SYSCALL = handle("syscall", FunctionDescriptor.of(ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle READ = handle("read", FunctionDescriptor.of(ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment value = arena.allocate(Long.BYTES, Long.BYTES);
    private final int fd;

    SystemCallCounter() {
        fd = open();
    }

    private int open() {
        long tracepoint;
        try {
            tracepoint = Long.parseLong(Files.readString(TRACEPOINT).strip());
        } catch (IOException e) {
            return -1;
        }
        MemorySegment attributes = arena.allocate(ATTR_SIZE_VER0, Long.BYTES);
        attributes.set(ValueLayout.JAVA_INT, 0, PERF_TYPE_TRACEPOINT);
        attributes.set(ValueLayout.JAVA_INT, 4, ATTR_SIZE_VER0);
        attributes.set(ValueLayout.JAVA_LONG, 8, tracepoint);
        attributes.set(ValueLayout.JAVA_LONG, 40, INHERIT);
        long thisThread = 0;
        long anyCpu = -1;
        long noGroup = -1;
        long noFlags = 0;
        try {
            return (int) (long) SYSCALL.invokeExact(SYS_PERF_EVENT_OPEN, attributes, thisThread, anyCpu, noGroup, noFlags);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** System calls so far, the one that reads this number included. */
    long read() {
        if (fd < 0) {
            return NOT_COUNTED;
        }
        try {
            long length = (long) READ.invokeExact(fd, value, (long) Long.BYTES);
            return length == Long.BYTES ? value.get(ValueLayout.JAVA_LONG, 0) : NOT_COUNTED;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    @Override
    public void close() {
        if (fd >= 0) {
            try {
                int _ = (int) CLOSE.invokeExact(fd);
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }
        arena.close();
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        Linker.Option[] options = name.equals("syscall")
                ? new Linker.Option[] {Linker.Option.firstVariadicArg(1)}
                : new Linker.Option[0];
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
