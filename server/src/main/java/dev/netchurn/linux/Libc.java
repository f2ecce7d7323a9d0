package dev.netchurn.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Down-calls into libc. Each handle takes the segment that receives {@code errno} as its first argument, because the JVM
 * may overwrite {@code errno} before Java could ask for it ({@link Linker.Option#captureCallState}).
 */
final class Libc {

    /** Where a call leaves its errno; one per calling thread. */
    static final StructLayout ERRNO_STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = ERRNO_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout INT = ValueLayout.JAVA_INT;
    private static final ValueLayout LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout PTR = ValueLayout.ADDRESS;

    static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
    static final MethodHandle CONNECT = call("connect", INT, INT, PTR, INT);
    static final MethodHandle BIND = call("bind", INT, INT, PTR, INT);
    static final MethodHandle LISTEN = call("listen", INT, INT, INT);
    static final MethodHandle ACCEPT4 = call("accept4", INT, INT, PTR, PTR, INT);
    static final MethodHandle CLOSE = call("close", INT, INT);
    static final MethodHandle SHUTDOWN = call("shutdown", INT, INT, INT);
    static final MethodHandle SETSOCKOPT = call("setsockopt", INT, INT, INT, INT, PTR, INT);
    static final MethodHandle GETSOCKOPT = call("getsockopt", INT, INT, INT, INT, PTR, PTR);
    static final MethodHandle GETSOCKNAME = call("getsockname", INT, INT, PTR, PTR);
    static final MethodHandle GETPEERNAME = call("getpeername", INT, INT, PTR, PTR);
    static final MethodHandle SEND = call("send", LONG, INT, PTR, LONG, INT);
    static final MethodHandle RECV = call("recv", LONG, INT, PTR, LONG, INT);
    static final MethodHandle RECVMSG = call("recvmsg", LONG, INT, PTR, INT);
    static final MethodHandle OPEN = variadicCall("open", 2, INT, PTR, INT);
    static final MethodHandle UNSHARE = call("unshare", INT, INT);
    static final MethodHandle SETNS = call("setns", INT, INT, INT);
    static final MethodHandle GETRLIMIT = call("getrlimit", INT, INT, PTR);
    static final MethodHandle SETRLIMIT = call("setrlimit", INT, INT, PTR);
    static final MethodHandle CLOCK_GETTIME = call("clock_gettime", INT, INT, PTR);
    static final MethodHandle CLOCK_GETRES = call("clock_getres", INT, INT, PTR);
    static final MethodHandle PRCTL = variadicCall("prctl", 1, INT, INT, LONG);
    static final MethodHandle GETTID = call("gettid", INT);
    static final MethodHandle SCHED_GETAFFINITY = call("sched_getaffinity", INT, INT, LONG, PTR);
    static final MethodHandle SCHED_SETAFFINITY = call("sched_setaffinity", INT, INT, LONG, PTR);
    static final MethodHandle GETEUID = call("geteuid", INT);
    static final MethodHandle IOCTL = variadicCall("ioctl", 2, INT, INT, LONG, PTR);
    static final MethodHandle ISATTY = call("isatty", INT, INT);

    private Libc() {
    }

    private static MethodHandle call(String name, ValueLayout result, ValueLayout... arguments) {
        return call(name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
    }

    /** A function that takes {@code fixed} arguments and then any number of them. */
    private static MethodHandle variadicCall(String name, int fixed, ValueLayout result, ValueLayout... arguments) {
        return call(
                name, FunctionDescriptor.of(result, arguments),
                Linker.Option.firstVariadicArg(fixed), Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle call(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
