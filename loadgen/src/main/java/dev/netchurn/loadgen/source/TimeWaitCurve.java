package dev.netchurn.loadgen.source;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many sockets are in TIME_WAIT at an instant, from how many connections were closed when: each stays for
 * {@link TimeWaitLife}, whatever the rate did meanwhile. Owned by one thread.
 */
public final class TimeWaitCurve {

    private final TimeWaitLife life;
    private final Deque<Closes> closes = new ArrayDeque<>();

    /** Connections closed at an even pace. */
    private record Closes(long fromNs, long toNs, double count) {
    }

    public TimeWaitCurve(TimeWaitLife life) {
        this.life = life;
    }

    /**
     * Adds connections that entered TIME_WAIT evenly between two instants, of which the second is the later; a negative count
     * takes back what was added too much before.
     */
    public void add(long fromNs, long toNs, double count) {
        if (count != 0 && toNs > fromNs) {
            closes.add(new Closes(fromNs, toNs, count));
        }
    }

    /** Sockets in TIME_WAIT at an instant that is not before any that was added or asked for. */
    public double at(long atNs) {
        while (!closes.isEmpty() && atNs - closes.getFirst().toNs() >= life.longestNs()) {
            closes.removeFirst();
        }
        double alive = 0;
        for (Closes some : closes) {
            double livedNs = life.livedNs(atNs - some.fromNs()) - life.livedNs(atNs - some.toNs());
            alive += some.count() * livedNs / (some.toNs() - some.fromNs());
        }
        return Math.max(0, alive);
    }
}
