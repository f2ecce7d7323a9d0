package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.transport.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the four-tuples of a run allow, by arithmetic before it starts.
 *
 * @param ports local ports per source and target address
 * @param sources local addresses
 * @param targets target addresses
 * @param fourTuples product of the three
 * @param maxTimeWait tcp_max_tw_buckets
 * @param reuseSeconds how long a four-tuple is held by a closed connection; 0 when none is left behind
 * @param sustainablePerSecond closes per second that can go on for ever; null when nothing limits them
 * @param expectedTimeWait TIME_WAIT sockets at the end of the run, as far as the rate is known; null in closed loop
 * @param secondsToExhaustion until no four-tuple is left at the highest rate; null when that does not happen in this run
 * @param rateIsGiven whether the rate is the user's and not a guess
 */
public record PortForecast(
        int ports,
        int sources,
        int targets,
        long fourTuples,
        long maxTimeWait,
        double reuseSeconds,
        @Nullable Double sustainablePerSecond,
        @Nullable Double expectedTimeWait,
        @Nullable Double secondsToExhaustion,
        boolean rateIsGiven) {

    private static final double TIME_WAIT_SECONDS = 60;

    static PortForecast of(LoadRequest load, List<Endpoint> targets, ClientSysctls sysctls, boolean leavesTimeWait) {
        int ports = load.source().lowPort() == 0
                ? sysctls.ports()
                : Math.max(0, Math.min(load.source().highPort(), sysctls.highPort()) - Math.max(load.source().lowPort(), sysctls.lowPort()) + 1);
        int sources = Math.max(1, load.source().addresses().size());
        long tuples = (long) ports * sources * targets.size();
        double heldSeconds = leavesTimeWait ? heldSeconds(targets, sysctls) : 0;
        Double sustainable = heldSeconds == 0 ? null : tuples / heldSeconds;
        double runSeconds = (load.warmupNs() + load.measureNs()) / 1e9;
        boolean rateIsGiven = load.arrival() instanceof ArrivalPlan.OpenLoop || load.connections() > 0;
        double rate = load.highestRate();
        Double expected = null;
        if (leavesTimeWait && rateIsGiven) {
            double made = Math.min(load.expectedConnections(), rate * Math.min(runSeconds, TIME_WAIT_SECONDS));
            expected = Math.min(Math.min(made, tuples), sysctls.maxTimeWaitBuckets());
        }
        boolean runsOut = heldSeconds > 0 && tuples < Math.min(load.expectedConnections(), rate * heldSeconds);
        Double exhaustion = runsOut ? tuples / rate : null;
        return new PortForecast(ports, sources, targets.size(), tuples, sysctls.maxTimeWaitBuckets(), heldSeconds, sustainable, expected,
                exhaustion, rateIsGiven);
    }

    /** TIME_WAIT holds a four-tuple for a minute, unless connect() may take it over (net/ipv4/tcp_ipv4.c, tcp_twsk_unique). */
    private static double heldSeconds(List<Endpoint> targets, ClientSysctls sysctls) {
        boolean allLoopback = targets.stream().allMatch(target -> target.address().isLoopbackAddress());
        boolean reused = sysctls.timestamps() && (sysctls.timeWaitReuse() == 1 || sysctls.timeWaitReuse() == 2 && allLoopback);
        return reused ? sysctls.reuseDelayMs() / 1000.0 : TIME_WAIT_SECONDS;
    }

    /** Why the run should not start, if it should not: the rate is known and the ports do not last. */
    Optional<String> objection() {
        if (secondsToExhaustion == null || !rateIsGiven) {
            return Optional.empty();
        }
        return Optional.of(String.format(Locale.ROOT,
                "the local ports run out after %.1f s: %d ports × %d source × %d target addresses are %d four-tuples, and a closed"
                        + " connection holds one for %.0f s; add target or source addresses, widen ip_local_port_range, lower the rate,"
                        + " or say --allow no_local_port if that is the subject",
                secondsToExhaustion, ports, sources, targets, fourTuples, reuseSeconds));
    }

    /** For the plan and the summary, one line each. */
    public List<String> lines() {
        String tuples = String.format(Locale.ROOT, "%,d four-tuples (%,d ports × %d source × %d target addresses)",
                fourTuples, ports, sources, targets).replace(',', ' ');
        String sustained = sustainablePerSecond == null
                ? "closed connections hold none of them"
                : String.format(Locale.ROOT, "a closed connection holds one for %.0f s: %,.0f connections/s can go on for ever",
                        reuseSeconds, sustainablePerSecond).replace(',', ' ');
        String timeWait = expectedTimeWait == null
                ? "expected TIME_WAIT: not known before a closed loop has run"
                : String.format(Locale.ROOT, "expected TIME_WAIT at the end: about %,.0f", expectedTimeWait).replace(',', ' ');
        return List.of(tuples, sustained, timeWait);
    }
}
