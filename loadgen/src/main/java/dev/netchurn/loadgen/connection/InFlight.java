package dev.netchurn.loadgen.connection;

/** Connections in flight on one event loop: how many now, the most, and the integral over time. Owned by the loop. */
final class InFlight {

    private int count;
    private int most;
    private double integral;
    private long changedAtNs;

    InFlight(long nowNs) {
        changedAtNs = nowNs;
    }

    void enter(long nowNs) {
        advance(nowNs);
        count++;
        most = Math.max(most, count);
    }

    void leave(long nowNs) {
        advance(nowNs);
        count--;
    }

    private void advance(long nowNs) {
        integral += (double) count * (nowNs - changedAtNs);
        changedAtNs = nowNs;
    }

    int count() {
        return count;
    }

    /** Connections × nanoseconds since the beginning. */
    double integral(long nowNs) {
        advance(nowNs);
        return integral;
    }

    /** The most since the previous call. */
    int takeMost() {
        int taken = most;
        most = count;
        return taken;
    }
}
