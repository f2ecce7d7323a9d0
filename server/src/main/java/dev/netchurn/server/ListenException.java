package dev.netchurn.server;

import dev.netchurn.linux.Errno;
import dev.netchurn.transport.Endpoint;

/** A target could not listen; the message is one sentence for the user. */
public final class ListenException extends RuntimeException {

    private final int errno;

    ListenException(Endpoint endpoint, int errno) {
        super("cannot listen on " + endpoint.text() + ": " + Errno.name(errno) + ", " + explanation(errno));
        this.errno = errno;
    }

    /** The error number of the system call that failed. */
    public int errno() {
        return errno;
    }

    private static String explanation(int errno) {
        return switch (errno) {
            case Errno.EADDRINUSE -> "another socket has this port";
            case Errno.EADDRNOTAVAIL -> "this address is not on this machine";
            case Errno.EACCES -> "this port needs a privilege (net.ipv4.ip_unprivileged_port_start)";
            case Errno.EMFILE -> "this process may not open more descriptors (ulimit -n)";
            case Errno.ENFILE -> "this machine has no free descriptors (fs.file-max)";
            case Errno.ENOMEM, Errno.ENOBUFS -> "the kernel has no memory for it";
            case Errno.EINVAL -> "an IPv6 link-local address needs its interface, such as fe80::1%eth0";
            default -> "the kernel refused";
        };
    }
}
