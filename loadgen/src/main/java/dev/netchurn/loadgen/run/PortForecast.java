package dev.netchurn.loadgen.run;

import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.source.PortBudget;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the ports allow this run, by arithmetic before it starts.
 *
 * @param budget the four-tuples and how long they are out of use
 * @param leavesTimeWait whether closed connections keep their four-tuple at all
 * @param perSecond intended connections per second, or what a fast closed loop might reach
 * @param connections that the whole run may make at that rate
 * @param runNs warm-up and measurement
 * @param isKnown whether rate or number are the user's, and not a guess
 */
public record PortForecast(
        PortBudget budget, boolean leavesTimeWait, double perSecond, double connections, long runNs, boolean isKnown) {

    static PortForecast of(LoadRequest load, SourcePlan source, List<Endpoint> targets, ClientSysctls sysctls,
            boolean leavesTimeWait) {
        boolean loopback = targets.stream().allMatch(target -> target.address().isLoopbackAddress());
        int ports = ports(source, sysctls);
        PortBudget budget =
                new PortBudget(ports, !source.hasPortRange(), Math.max(1, source.addresses().size()), targets.size(),
                        source.bind(),
                        PortBudget.Reuse.of(sysctls.timeWaitReuse(), loopback, sysctls.timestamps(), sysctls.reuseDelayNs()),
                        PortBudget.TIME_WAIT_NS, sysctls.maxTimeWaitBuckets());
        boolean known = load.arrival() instanceof ArrivalPlan.OpenLoop || load.connections() > 0;
        return new PortForecast(budget, leavesTimeWait, load.highestRate(), load.expectedConnections(),
                load.warmupNs() + load.measureNs(),
                known);
    }

    /** Each bound of IP_LOCAL_PORT_RANGE counts only where it lies in ip_local_port_range (inet_sk_get_local_port_range). */
    private static int ports(SourcePlan source, ClientSysctls sysctls) {
        int low = source.hasPortRange() && sysctls.hasPort(source.lowPort()) ? source.lowPort() : sysctls.lowPort();
        int high = source.hasPortRange() && sysctls.hasPort(source.highPort()) ? source.highPort() : sysctls.highPort();
        return high - low + 1;
    }

    /** Why the run should not start, if it should not: what it will need is known, and the ports do not last. */
    Optional<String> objection() {
        if (!leavesTimeWait || !isKnown || connections <= budget.fourTuples()) {
            return Optional.empty();
        }
        double seconds = budget.secondsUntilExhaustion(perSecond);
        if (seconds >= runNs / 1e9) {
            return Optional.empty();
        }
        return Optional.of(String.format(Locale.ROOT,
                "the local ports run out after %.1f s: %s, and a closed connection holds one for %.0f s; use more target or source"
                        + " addresses, widen ip_local_port_range, lower the rate, or say --allow no_local_port if that is the subject",
                seconds, tuples(), budget.outOfUseNs() / 1e9));
    }

    /** For the plan, one line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(tuples());
        if (!leavesTimeWait) {
            lines.add("closed connections hold none of them: no TIME_WAIT is expected");
            return lines;
        }
        double lasting = budget.sustainablePerSecond();
        lines.add(Double.isInfinite(lasting)
                ? "they last for ever at any rate"
                : "a closed connection holds one for " + spaced(budget.outOfUseNs() / 1e9) + " s: " + spaced(lasting)
                        + " connections/s can go on for ever");
        lines.add(isKnown
                ? "expected TIME_WAIT at the end: about "
                        + spaced(Math.min(connections, budget.expectedTimeWait(perSecond, runNs)))
                : "expected TIME_WAIT: rate × 60 s; a closed loop's rate is known once it has run");
        return lines;
    }

    private String tuples() {
        return spaced(budget.fourTuples()) + " four-tuples (" + spaced(budget.ports()) + " ports × " + budget.sources()
                + " source × "
                + budget.targets() + " target addresses)";
    }

    private static String spaced(double number) {
        return String.format(Locale.ROOT, "%,.0f", number).replace(',', ' ');
    }
}
