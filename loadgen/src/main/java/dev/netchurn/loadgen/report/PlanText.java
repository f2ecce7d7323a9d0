package dev.netchurn.loadgen.report;

import dev.netchurn.clock.DurationText;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.run.RunPlan;
import dev.netchurn.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan in words, for {@code --dry-run}. */
public final class PlanText {

    private PlanText() {
    }

    /** The lines to print; the objections of preflight come last. */
    public static List<String> lines(RunPlan plan, List<String> objections) {
        LoadPlan load = plan.load();
        List<String> lines = new ArrayList<>();
        lines.add("Plan (nothing was started)");
        lines.add("  topology   " + plan.request().environment().topology().text());
        lines.add("  target     " + targets(load.targets())
                + (plan.server() == null ? "" : ", embedded, closes " + plan.server().close().text())
                + (plan.program() == null ? "" : ", started by: " + plan.program().command()));
        lines.add("  load       " + arrival(load));
        lines.add("  phases     warm-up " + duration(load.warmupNs()) + ", measurement "
                + (load.measuredConnections() > 0 ? load.measuredConnections() + " connections" : duration(load.measureNs()))
                + ", drain at most " + duration(load.drainNs()));
        lines.add("  connection " + load.connection().exchange().words() + ", close " + load.connection().close().text()
                + (load.connection().holdNs() > 0 ? " after " + duration(load.connection().holdNs()) : ""));
        lines.add("  sources    " + (load.source().addresses().isEmpty()
                ? "chosen by the kernel"
                : load.source().addresses().size() + " addresses, bind " + load.source().bind().text()));
        List<String> forecast = plan.forecast().lines();
        lines.add("  ports      " + forecast.getFirst());
        forecast.stream().skip(1).forEach(line -> lines.add("             " + line));
        plan.notes().forEach(note -> lines.add("  note       " + note));
        objections.forEach(objection -> lines.add("  refused    " + objection));
        return lines;
    }

    private static String targets(List<Endpoint> targets) {
        return targets.size() == 1
                ? targets.getFirst().text()
                : targets.getFirst().text() + " … " + targets.getLast().text() + " (" + targets.size() + " addresses)";
    }

    private static String arrival(LoadPlan load) {
        return switch (load.arrival()) {
            case ArrivalPlan.ClosedLoop closed -> "closed loop, " + closed.concurrency() + " connections at a time, "
                    + load.loops() + " event loop" + (load.loops() == 1 ? "" : "s");
            case ArrivalPlan.OpenLoop open -> String.format(Locale.ROOT,
                    "open loop, %s connections/s, %s, at most %d in flight, then %s",
                    open.isRamp() ? rate(open.fromPerSecond()) + " to " + rate(open.toPerSecond()) : rate(open.fromPerSecond()),
                    open.spacing().name().toLowerCase(Locale.ROOT), load.maxInFlight(),
                    load.overload().name().toLowerCase(Locale.ROOT));
        };
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond == Math.rint(perSecond) ? "%.0f" : "%.2f", perSecond);
    }

    private static String duration(long ns) {
        return DurationText.format(Duration.ofNanos(ns));
    }
}
