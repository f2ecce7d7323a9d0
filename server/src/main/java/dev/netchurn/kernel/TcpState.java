package dev.netchurn.kernel;

/**
 * The states of RFC 9293 section 3.3.2 as Linux numbers them (include/net/tcp_states.h). Request sockets
 * (NEW_SYN_RECV, 12) are reported by sock_diag as SYN_RECV.
 */
public enum TcpState {
    ESTABLISHED(1), SYN_SENT(2), SYN_RECV(3), FIN_WAIT1(4), FIN_WAIT2(5), TIME_WAIT(6), CLOSE(7), CLOSE_WAIT(8),
    LAST_ACK(9), LISTEN(10), CLOSING(11);

    private final int number;

    TcpState(int number) {
        this.number = number;
    }

    /** The kernel's number, 1 to 11. */
    public int number() {
        return number;
    }

    /**
     * The state with the kernel's number.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static TcpState of(int number) {
        for (TcpState state : values()) {
            if (state.number == number) {
                return state;
            }
        }
        throw new IllegalArgumentException("TCP has no state " + number);
    }

    /** The bit of this state in a sock_diag state mask. */
    public int bit() {
        return 1 << number;
    }

    /**
     * Whether the kernel counts the sockets in this state, so that nobody need walk the socket table: sockstat's {@code tw},
     * CurrEstab (net/ipv4/proc.c), and the listeners, which are few.
     */
    public boolean isCountedByKernel() {
        return switch (this) {
            case ESTABLISHED, TIME_WAIT, LISTEN -> true;
            case SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE, CLOSE_WAIT, LAST_ACK, CLOSING -> false;
        };
    }

    /** Whether a connection only passes through: it will leave this state without anybody calling close(). */
    public boolean isTransient() {
        return switch (this) {
            case SYN_SENT, SYN_RECV, FIN_WAIT1, CLOSING, LAST_ACK -> true;
            case ESTABLISHED, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LISTEN -> false;
        };
    }
}
