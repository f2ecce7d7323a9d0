package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EALREADY;
import static dev.netchurn.linux.Errno.EINPROGRESS;
import static dev.netchurn.linux.Errno.EISCONN;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;

/**
 * Whether connect() is called a second time at once. On loopback and veth the handshake is complete before the first call
 * returns, so the second one says "established" and epoll is not needed; across a real network it is a wasted call. A
 * handshake found at once is the kernel's work, one found by epoll includes the event loop. Owned by one event loop.
 */
final class EagerConnect {

    static final double NEEDED_SHARE = 0.99;
    static final int MOST_TRIAL_MISSES = 10;

    private final EagerChoice choice;

    EagerConnect(ConnectionPlan.Eager eager) {
        this.choice = new EagerChoice(eager, NEEDED_SHARE, MOST_TRIAL_MISSES);
    }

    void freeze() {
        choice.freeze();
    }

    /**
     * Calls connect() once or twice.
     *
     * @return 0 when established, −EINPROGRESS when that has to be waited for, else the negative errno of the failure
     */
    int connect(Syscalls syscalls, int fd, SocketAddress target, LoopLedger ledger) {
        int first = syscalls.connect(fd, target);
        if (first != -EINPROGRESS) {
            return first;
        }
        if (!choice.isOn()) {
            ledger.notEager();
            return first;
        }
        int second = syscalls.connect(fd, target);
        if (second == -EALREADY || second == -EINPROGRESS) {
            choice.miss();
            ledger.eagerMiss();
            return -EINPROGRESS;
        }
        choice.hit();
        if (second == 0 || second == -EISCONN || ErrnoOutcome.isResetAfterHandshake(-second)) {
            ledger.eagerHit();
        }
        return second == -EISCONN ? 0 : second;
    }
}
