package dev.netchurn.kernel;

/**
 * What it means when many sockets of one side are in a TCP state: which side and which call brought them there, and what gets
 * them out (RFC 9293 section 3.3.2; net/ipv4/tcp.c, tcp_input.c and tcp_minisocks.c; seen on Linux 6.18). One sentence each.
 */
public final class StateMeaning {

    private StateMeaning() {
    }

    /** The sentence for sockets of a side that piled up in a state. */
    public static String of(TcpState state, Side side) {
        String own = side == Side.CLIENT ? "the client" : "the server";
        String other = side == Side.CLIENT ? "the server" : "the client";
        return switch (state) {
            case ESTABLISHED -> side == Side.CLIENT
                    ? "connections that connect() opened and that neither side has begun to close: they are held, wait for the"
                            + " server, or were never closed; no setting ends them, only close()"
                    : "connections that the kernel completed, accepted or not, and that neither side has begun to close; no"
                            + " setting ends them, only close(), or the backlog where nobody calls accept()";
            case SYN_SENT -> own + "'s connect() has sent a SYN that nobody answers: it was lost, or dropped because the accept"
                    + " queue of " + other + " is full; it is repeated after 1 s and longer, as often as"
                    + " net.ipv4.tcp_syn_retries and tcp_syn_linear_timeouts say";
            case SYN_RECV -> own + "'s kernel has answered a SYN and waits for the third segment of " + other
                    + ", or for data with TCP_DEFER_ACCEPT; the backlog given to listen() bounds them,"
                    + " net.ipv4.tcp_synack_retries ends them";
            case FIN_WAIT1 -> own + " called close() or shutdown(WR) first, and its FIN is not acknowledged yet: the kernel of "
                    + other + " delays that by up to 44 ms unless its application closes too; a lost FIN is repeated,"
                    + " net.ipv4.tcp_orphan_retries says how often";
            case FIN_WAIT2 -> own + " called close() or shutdown(WR) first, its FIN is acknowledged, and the application of "
                    + other + " has not called close(); after close() net.ipv4.tcp_fin_timeout or TCP_LINGER2 ends it, after"
                    + " shutdown(WR) nothing does";
            case TIME_WAIT -> own + " sent the first FIN, by close() or shutdown(WR), and has seen the other: it keeps the"
                    + " four-tuple for 60 s, which no setting changes; net.ipv4.tcp_max_tw_buckets caps the number"
                    + (side == Side.CLIENT ? ", net.ipv4.tcp_tw_reuse lets connect() take them over" : "")
                    + ", and it moves to " + other + " when that closes first";
            case CLOSE -> "sockets of " + own + " that an RST has ended or that never connected, and that its application has"
                    + " not closed yet; only close() removes them";
            case CLOSE_WAIT ->
                    "the FIN of " + other + " has arrived, and the application of " + own + " has not called close():"
                            + " it is slow or leaks sockets; no setting ends it, only close()";
            case LAST_ACK -> own + " called close() after " + other + " had, and its FIN is not acknowledged: it was lost, or "
                    + other + " is gone; it is repeated, net.ipv4.tcp_orphan_retries says how often";
            case LISTEN -> "listening sockets of " + own + "; listen() made them";
            case CLOSING -> "both sides called close() at the same time, so that the FINs crossed, and that of " + own
                    + " is not acknowledged yet; it passes by itself, or after net.ipv4.tcp_orphan_retries repeats";
        };
    }
}
