package dev.netchurn.server.cli;

import dev.netchurn.kernel.LocalPorts;
import dev.netchurn.kernel.PeerUsage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How long the local ports towards one destination last, if it goes on as between two readings. TIME_WAIT holds a port for 60 s, so
 * ports that only it holds come back: their number levels off at 60 s of what is added per second, while ports of connections that
 * stay open only add up.
 *
 * @param growthPerSecond of ports in use; null before the second reading
 * @param secondsLeft until none is left; null when that is not foreseen
 * @param level where the ports in use level off; null when they do not, or nothing grows
 */
record PortsForecast(@Nullable Double growthPerSecond, @Nullable Double secondsLeft, @Nullable Long level) {

    private static final double TIME_WAIT_SECONDS = 60;
    private static final double NS_PER_SECOND = 1e9;
    /** Fewer ports per second are noise of connections that come and go. */
    private static final double WORTH_TELLING = 0.5;

    /**
     * @param earlier reading of the same destination; null when there was none
     * @param betweenNs time between the two, above 0
     * @param timeWaitIsReused whether connect() takes a port that only TIME_WAIT holds
     */
    static PortsForecast of(@Nullable PeerUsage earlier, PeerUsage now, long betweenNs, boolean timeWaitIsReused) {
        int left = now.portsLeft() + (timeWaitIsReused ? now.portsInTimeWaitOnly() : 0);
        if (earlier == null) {
            return new PortsForecast(null, left == 0 ? Double.valueOf(0) : null, null);
        }
        double perSecond = NS_PER_SECOND / betweenNs;
        double growth = (now.portsInUse() - earlier.portsInUse()) * perSecond;
        double waiting = (now.portsInTimeWaitOnly() - earlier.portsInTimeWaitOnly()) * perSecond;
        double staying = growth - waiting;
        if (left == 0) {
            return new PortsForecast(growth, 0.0, null);
        }
        if (staying > WORTH_TELLING) {
            return new PortsForecast(growth, left / (timeWaitIsReused ? staying : Math.max(growth, staying)), null);
        }
        if (growth <= WORTH_TELLING || timeWaitIsReused) {
            return new PortsForecast(growth, null, null);
        }
        int livingPorts = now.portsInUse() - now.portsInTimeWaitOnly();
        double level = Math.max(now.portsInUse(), livingPorts + waiting * TIME_WAIT_SECONDS);
        return level < now.portsInUse() + now.portsLeft()
                ? new PortsForecast(growth, null, Math.round(level))
                : new PortsForecast(growth, left / growth, null);
    }

    /** Whether connect() to this destination takes ports in TIME_WAIT again (net/ipv4/tcp_ipv4.c:tcp_twsk_unique). */
    static boolean reusesTimeWait(LocalPorts ports, Peer peer) {
        return ports.timeWaitReuse() == 1 || ports.timeWaitReuse() == 2 && peer.address().isLoopbackAddress();
    }

    /** For a table. */
    String text() {
        if (secondsLeft != null) {
            return secondsLeft == 0
                    ? "now: connect() fails with EADDRNOTAVAIL"
                    : secondsLeft >= 120
                            ? String.format(Locale.ROOT, "%.0f min", secondsLeft / 60)
                            : String.format(Locale.ROOT, "%.0f s", secondsLeft);
        }
        if (level != null) {
            return "not at this rate: levels off near " + level;
        }
        return growthPerSecond == null ? "–" : "not at this rate";
    }
}
