package dev.netchurn.loadgen.connection;

import dev.netchurn.server.Exchange;

/**
 * What happens in one connection. All times are nanoseconds.
 *
 * @param close how the client closes
 * @param closers threads that close with {@code linger}, 1 to {@value #MOST_CLOSERS}; 0 with every other way to close
 * @param holdNs between the end of the exchange and the close
 * @param exchange what is said between connect and close
 * @param options of each socket
 * @param connectTimeoutNs then the outcome is {@code timed_out}
 * @param closeTimeoutNs bound on the server's FIN
 * @param exchangeTimeoutNs bound on the server's reply
 * @param eager whether the kernel is asked before it tells
 * @param checkSelfConnect whether each connection is checked for being connected to itself (target port inside the
 *     ephemeral range of this machine)
 * @param rttSampleEvery one connection in so many is asked for TCP_INFO and its local port after establishment;
 *     0 = none
 */
public record ConnectionPlan(
        ClientClose close,
        int closers,
        long holdNs,
        Exchange exchange,
        SocketOptions options,
        long connectTimeoutNs,
        long closeTimeoutNs,
        long exchangeTimeoutNs,
        Eager eager,
        boolean checkSelfConnect,
        int rttSampleEvery) {

    /** Whether the kernel is asked for handshakes and replies before it tells of them: {@link EagerConnect}, {@link EagerReads}. */
    public enum Eager {
        /** Found out during the warm-up, then frozen. */
        AUTO, ON, OFF
    }

    /** Threads that sleep in close(2) cost a stack each. */
    public static final int MOST_CLOSERS = 1024;

    public ConnectionPlan {
        if (close instanceof ClientClose.Linger ? closers < 1 || closers > MOST_CLOSERS : closers != 0) {
            throw new IllegalArgumentException(
                    "closers are 1 to " + MOST_CLOSERS + " with linger, and none otherwise; not " + closers);
        }
        if (holdNs < 0 || connectTimeoutNs <= 0 || closeTimeoutNs <= 0 || exchangeTimeoutNs <= 0 || rttSampleEvery < 0) {
            throw new IllegalArgumentException("hold times cannot be negative, and timeouts must be above 0");
        }
    }

    /** The same with or without the look for a connection to itself. */
    public ConnectionPlan checkingSelfConnect(boolean check) {
        return new ConnectionPlan(
                close, closers, holdNs, exchange, options, connectTimeoutNs, closeTimeoutNs, exchangeTimeoutNs, eager, check,
                rttSampleEvery);
    }

    /** The same ended otherwise, without a hold and with one bound for everything. */
    public ConnectionPlan hurried(ClientClose otherClose, long timeoutNs) {
        return new ConnectionPlan(
                otherClose, otherClose instanceof ClientClose.Linger ? Math.max(1, closers) : 0, 0, exchange, options,
                timeoutNs,
                timeoutNs, timeoutNs, eager, checkSelfConnect, rttSampleEvery);
    }
}
