package dev.netchurn.loadgen.connection;

/**
 * Whether to ask the kernel at once for what epoll would tell later. Left to itself it finds out during the warm-up whether
 * that pays and stays with it, because the two ways measure different things. Owned by one event loop.
 */
final class EagerChoice {

    private static final int TRIAL = 100;

    private final double neededShare;
    private final long mostTrialMisses;
    private boolean on;
    private boolean frozen;
    private long hits;
    private long misses;

    /**
     * @param neededShare of hits among all that was asked during the warm-up, above 0 and up to 1
     * @param mostTrialMisses among the first {@value #TRIAL}; with more it gives up at once
     */
    EagerChoice(ConnectionPlan.Eager eager, double neededShare, long mostTrialMisses) {
        this.neededShare = neededShare;
        this.mostTrialMisses = mostTrialMisses;
        this.on = eager != ConnectionPlan.Eager.OFF;
        this.frozen = eager != ConnectionPlan.Eager.AUTO;
    }

    boolean isOn() {
        return on;
    }

    /** The kernel had an answer. */
    void hit() {
        hits++;
    }

    /** It was asked in vain. */
    void miss() {
        misses++;
        if (!frozen && hits + misses <= TRIAL && misses > mostTrialMisses) {
            on = false;
        }
    }

    /**
     * The measurement begins: what the warm-up found holds from now on. Without a warm-up there is nothing to go by; then only
     * the trial decides.
     */
    void freeze() {
        if (frozen || hits + misses == 0) {
            return;
        }
        frozen = true;
        on = on && hits >= neededShare * (hits + misses);
    }
}
