package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.source.PortBudget;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.loadgen.source.TimeWaitLife;
import dev.netchurn.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the ports allow this run, by arithmetic before it starts.
 *
 * @param budget the four-tuples and how long they are out of use
 * @param life how long TIME_WAIT lasts
 * @param leavesTimeWait whether closed connections keep their four-tuple at all
 * @param holder the side that closes first, as planned, and so holds TIME_WAIT
 * @param serverMaxTimeWait tcp_max_tw_buckets of the server's namespace; where it is not known, the greatest number
 * @param perSecond intended connections per second, or what a fast closed loop might reach
 * @param connections that the whole run may make at that rate
 * @param runNs warm-up and measurement
 * @param isKnown whether rate or number are the user's, and not a guess
 */
public record PortForecast(
        PortBudget budget,
        TimeWaitLife life,
        boolean leavesTimeWait,
        Side holder,
        long serverMaxTimeWait,
        double perSecond,
        double connections,
        long runNs,
        boolean isKnown) {

    private static final double NS = 1e9;

    /** Who holds TIME_WAIT, and how long and how many of it there can be. */
    record TimeWaitRules(TimeWaitLife life, boolean leavesTimeWait, Side holder, long serverMaxTimeWait) {
    }

    static PortForecast of(LoadRequest load, SourcePlan source, List<Endpoint> targets, ClientSysctls sysctls,
            TimeWaitRules rules) {
        boolean loopback = targets.stream().allMatch(target -> target.address().isLoopbackAddress());
        int ports = ports(source, sysctls);
        PortBudget budget =
                new PortBudget(ports, !source.hasPortRange(), Math.max(1, source.addresses().size()), targets.size(),
                        source.bind(),
                        PortBudget.Reuse.of(sysctls.timeWaitReuse(), loopback, sysctls.timestamps(), sysctls.reuseDelayNs()),
                        rules.life().meanNs(), sysctls.maxTimeWaitBuckets());
        boolean known = load.arrival() instanceof ArrivalPlan.OpenLoop || load.connections() > 0;
        return new PortForecast(budget, rules.life(), rules.leavesTimeWait(), rules.holder(), rules.serverMaxTimeWait(),
                load.highestRate(), load.expectedConnections(), load.warmupNs() + load.measureNs(), known);
    }

    /** Each bound of IP_LOCAL_PORT_RANGE counts only where it lies in ip_local_port_range (inet_sk_get_local_port_range). */
    private static int ports(SourcePlan source, ClientSysctls sysctls) {
        int low = source.hasPortRange() && sysctls.hasPort(source.lowPort()) ? source.lowPort() : sysctls.lowPort();
        int high = source.hasPortRange() && sysctls.hasPort(source.highPort()) ? source.highPort() : sysctls.highPort();
        return high - low + 1;
    }

    /** Why the run should not start, if it should not: what it will need is known, and the ports do not last. */
    Optional<String> objection() {
        if (!clientHoldsPorts() || !isKnown || connections <= budget.fourTuples()) {
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

    /** Whether closed connections use up the client's ports: only the side that closes first keeps anything. */
    public boolean clientHoldsPorts() {
        return leavesTimeWait && holder == Side.CLIENT;
    }

    /**
     * Sockets in TIME_WAIT at a side.
     *
     * @param closed by it in the time that one lasts
     * @param closesPerSecond at which it closes
     */
    double inTimeWait(Side side, double closed, double closesPerSecond) {
        return switch (side) {
            case CLIENT -> budget.inTimeWait(closed, closesPerSecond);
            case SERVER -> budget.inTimeWaitAtServer(closed, serverMaxTimeWait);
        };
    }

    /** Seconds until tcp_max_tw_buckets of the holder is reached at such a rate, or {@link PortBudget#NEVER}. */
    double secondsUntilOverflow(double closesPerSecond) {
        if (holder == Side.CLIENT) {
            return budget.secondsUntilOverflow(closesPerSecond);
        }
        boolean reached = serverMaxTimeWait < Math.min(budget.quickFourTuples(), closesPerSecond * life.meanNs() / NS);
        return reached ? serverMaxTimeWait / closesPerSecond : PortBudget.NEVER;
    }

    /** Sockets in TIME_WAIT at the holder so long after the start, at the planned rate. */
    long expectedTimeWait(long afterNs) {
        double made = Math.min(connections, perSecond * life.livedNs(afterNs) / NS);
        return leavesTimeWait ? Math.round(inTimeWait(holder, made, perSecond)) : 0;
    }

    /** For the plan, one line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(tuples());
        if (!leavesTimeWait) {
            lines.add("closed connections hold none of them: no TIME_WAIT is expected");
            return lines;
        }
        if (clientHoldsPorts()) {
            double lasting = budget.sustainablePerSecond();
            lines.add(Double.isInfinite(lasting)
                    ? "they last for ever at any rate"
                    : "a closed connection holds one for " + seconds(budget.outOfUseNs() / NS) + ": " + spaced(lasting)
                            + " connections/s can go on for ever");
        } else {
            lines.add("the server closes first and holds TIME_WAIT, so the client's ports are free again at once");
        }
        if (isKnown) {
            moments(lines);
            lines.add("expected TIME_WAIT at the " + holder.text() + ": " + growth());
        } else {
            lines.add(String.format(Locale.ROOT,
                    "expected TIME_WAIT at the %s: rate × %.1f s; a closed loop's rate is known once it has run", holder.text(),
                    life.meanNs() / NS));
        }
        return lines;
    }

    /** What will happen to the ports at the planned rate, and when. */
    private void moments(List<String> lines) {
        String rate = "at " + spaced(perSecond) + " connections/s ";
        double total = connections / perSecond;
        if (clientHoldsPorts()) {
            double slow = budget.secondsUntilSlow(perSecond);
            double out = budget.secondsUntilExhaustion(perSecond);
            if (slow < total && budget.steppedByTwo()) {
                lines.add(rate + "connect() gets slow after " + seconds(slow) + ", when the " + spaced(budget.quickFourTuples())
                        + " with a port of the parity that it tries first are used up");
            }
            lines.add(out < total
                    ? rate + "no port is free after " + seconds(out)
                    : rate + "ports do not run out within this run"
                            + (Double.isInfinite(out) ? "" : ", but after " + seconds(out)));
        }
        double overflow = secondsUntilOverflow(perSecond);
        if (overflow < total) {
            lines.add(rate + "tcp_max_tw_buckets is reached after " + seconds(overflow)
                    + ": from then on TIME_WAIT is not made, and TCPTimeWaitOverflow counts");
        }
    }

    /** The curve in a few points: as long as the run is, and its level. */
    private String growth() {
        StringBuilder text = new StringBuilder();
        for (long second : new long[] {10, 30, 60}) {
            if (second * NS < runNs && perSecond * second < connections) {
                text.append(spaced(expectedTimeWait(second * 1_000_000_000L))).append(" after ").append(second).append(" s, ");
            }
        }
        text.append("about ").append(spaced(expectedTimeWait(runNs))).append(" at the end");
        if (runNs < life.longestNs() && connections > perSecond * runNs / NS * 0.99) {
            text.append(String.format(Locale.ROOT, "; a run of %.0f s or more reaches its level, %s", life.longestNs() / NS,
                    spaced(inTimeWait(holder, perSecond * life.meanNs() / NS, perSecond))));
        }
        return text.toString();
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 100 ? "%.1f s" : "%.0f s", seconds);
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
