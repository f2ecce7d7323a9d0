package dev.netchurn.loadgen.connection;

import static dev.netchurn.linux.Errno.EALREADY;
import static dev.netchurn.linux.Errno.EINPROGRESS;
import static dev.netchurn.linux.Errno.EISCONN;

import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;

/**
 * Whether connect() is called a second time at once. On loopback and veth the handshake is complete before the first call
 * returns, so the second one says "established" and epoll is not needed; across a real network it is a wasted call.
 *
 * <p>Left to itself it finds out during the warm-up and stays with that, because the two ways measure different things: a
 * handshake found at once is the kernel's work, one found by epoll includes the event loop. Owned by one event loop.
 */
public final class EagerConnect {

    private static final int TRIAL = 100;
    private static final int MOST_TRIAL_MISSES = 10;
    private static final double NEEDED_SHARE = 0.99;

    private final boolean undecided;
    private boolean on;
    private boolean frozen;
    private long hits;
    private long misses;

    public EagerConnect(ConnectionPlan.Eager eager) {
        this.undecided = eager == ConnectionPlan.Eager.AUTO;
        this.on = eager != ConnectionPlan.Eager.OFF;
        this.frozen = !undecided;
    }

    boolean isOn() {
        return on;
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
        if (!on) {
            ledger.notEager();
            return first;
        }
        int second = syscalls.connect(fd, target);
        if (second == -EALREADY || second == -EINPROGRESS) {
            miss();
            ledger.eagerMiss();
            return -EINPROGRESS;
        }
        hit();
        if (second == 0 || second == -EISCONN || ErrnoOutcome.isResetAfterHandshake(-second)) {
            ledger.eagerHit();
        }
        return second == -EISCONN ? 0 : second;
    }

    /** The second call had an answer: established, or a definite error. */
    void hit() {
        hits++;
    }

    /** The second call found the handshake still under way. */
    void miss() {
        misses++;
        if (!frozen && hits + misses <= TRIAL && misses > MOST_TRIAL_MISSES) {
            on = false;
        }
    }

    /**
     * The measurement begins: what the warm-up found holds from now on. Without a warm-up there is nothing to go by; then it
     * stays on unless more than 10 of the first 100 are misses.
     */
    public void freeze() {
        if (frozen || hits + misses == 0) {
            return;
        }
        frozen = true;
        on = on && hits >= NEEDED_SHARE * (hits + misses);
    }
}
