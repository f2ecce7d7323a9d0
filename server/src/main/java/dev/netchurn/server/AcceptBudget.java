package dev.netchurn.server;

/**
 * How many connections a listener accepts for one readiness event. A call of accept() that finds nothing costs the kernel a
 * socket and a file that it throws away, so a listener on which one connection at a time arrives should not ask twice,
 * and one with a queue should not return to epoll for each. The event is level-triggered: whatever is left raises it again.
 *
 * <p>Owned by one event loop.
 */
final class AcceptBudget {

    private static final int MOST = 256;
    private static final int FULL_BATCHES_UNTIL_MORE = 4;

    private int budget = 1;
    private int fullBatches;

    /** How many to accept at most, 1 to 256. */
    int budget() {
        return budget;
    }

    /** The budget was used up: there may be more. Doubles it when that goes on. */
    void usedUp() {
        fullBatches++;
        if (fullBatches == FULL_BATCHES_UNTIL_MORE) {
            fullBatches = 0;
            budget = Math.min(2 * budget, MOST);
        }
    }

    /** The queue was empty after so many: no more than that are to be expected. */
    void emptiedAfter(int accepted) {
        fullBatches = 0;
        budget = Math.clamp(accepted, 1, MOST);
    }
}
