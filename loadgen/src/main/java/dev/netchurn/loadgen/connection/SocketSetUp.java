package dev.netchurn.loadgen.connection;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.loadgen.source.SourcePlan;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a new socket before connect(): nothing, unless the plan asks for it, because each step is one system call
 * per connection. Immutable.
 *
 * @param abortOnClose SO_LINGER {1,0}: close(2) sends RST
 * @param lateBind IP_BIND_ADDRESS_NO_PORT before bind(2), so that the port is chosen at connect()
 * @param portRange value of IP_LOCAL_PORT_RANGE, 0 for none
 * @param options what else is set
 */
record SocketSetUp(boolean abortOnClose, boolean lateBind, int portRange, SocketOptions options) {

    static SocketSetUp of(ConnectionPlan plan, SourcePlan source) {
        int portRange = source.hasPortRange() && source.namedPort() == 0 ? source.highPort() << 16 | source.lowPort() : 0;
        return new SocketSetUp(
                plan.close() instanceof ClientClose.Rst, source.bind() == SourcePlan.Bind.LATE, portRange, plan.options());
    }

    /** Applies it. Returns 0 or the negative errno of the step that failed. */
    int apply(Syscalls syscalls, int fd, @Nullable SocketAddress source) {
        int result = abortOnClose ? syscalls.setLinger(fd, true, 0) : 0;
        if (result == 0) {
            result = setOptions(syscalls, fd);
        }
        if (result == 0 && portRange != 0) {
            result = syscalls.setOption(fd, Syscalls.SOL_IP, Syscalls.IP_LOCAL_PORT_RANGE, portRange);
        }
        if (result == 0 && source != null) {
            result = bind(syscalls, fd, source);
        }
        return result;
    }

    private int setOptions(Syscalls syscalls, int fd) {
        int result = options.reuseAddress() ? syscalls.setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEADDR, 1) : 0;
        if (result == 0 && options.reusePort()) {
            result = syscalls.setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEPORT, 1);
        }
        if (result == 0 && options.noDelay()) {
            result = syscalls.setOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_NODELAY, 1);
        }
        if (result == 0 && options.linger2Seconds() != 0) {
            result = syscalls.setOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_LINGER2, options.linger2Seconds());
        }
        if (result == 0 && options.userTimeoutMs() != 0) {
            result = syscalls.setOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_USER_TIMEOUT, options.userTimeoutMs());
        }
        return result;
    }

    private int bind(Syscalls syscalls, int fd, SocketAddress source) {
        int result = lateBind ? syscalls.setOption(fd, Syscalls.SOL_IP, Syscalls.IP_BIND_ADDRESS_NO_PORT, 1) : 0;
        return result == 0 ? syscalls.bind(fd, source) : result;
    }
}
