package dev.netchurn.loadgen.connection;

/**
 * Options of every client socket, set before bind(2) and connect(2); each costs one system call per connection.
 *
 * @param reuseAddress SO_REUSEADDR (socket(7)): acts in bind(2)
 * @param reusePort SO_REUSEPORT: acts in bind(2)
 * @param noDelay TCP_NODELAY (tcp(7)): no waiting for an acknowledgement before a small segment
 * @param linger2Seconds TCP_LINGER2 (tcp(7)): how long an orphaned FIN_WAIT2 lasts, 1 to {@value #LONGEST_LINGER2_SECONDS};
 *     {@value #NO_FIN_WAIT2} = RST instead of FIN_WAIT2; 0 = not set, net.ipv4.tcp_fin_timeout rules
 * @param userTimeoutMs TCP_USER_TIMEOUT (tcp(7)): how long what was sent may stay unacknowledged before the kernel gives the
 *     connection up; 0 = not set
 */
public record SocketOptions(
        boolean reuseAddress, boolean reusePort, boolean noDelay, int linger2Seconds, int userTimeoutMs) {

    /** None is set. */
    public static final SocketOptions NONE = new SocketOptions(false, false, false, 0, 0);
    /** Of TCP_LINGER2: an RST instead of FIN_WAIT2. */
    public static final int NO_FIN_WAIT2 = -1;
    /** The kernel cuts it to this (TCP_FIN_TIMEOUT_MAX in include/net/tcp.h). */
    public static final int LONGEST_LINGER2_SECONDS = 120;

    public SocketOptions {
        if (linger2Seconds < NO_FIN_WAIT2 || linger2Seconds > LONGEST_LINGER2_SECONDS || userTimeoutMs < 0) {
            throw new IllegalArgumentException("TCP_LINGER2 is -1 to " + LONGEST_LINGER2_SECONDS
                    + " seconds, and a user timeout cannot be negative");
        }
    }
}
