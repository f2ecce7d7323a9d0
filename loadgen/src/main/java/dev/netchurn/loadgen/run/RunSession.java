package dev.netchurn.loadgen.run;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.Side;
import dev.netchurn.linux.Processors;
import dev.netchurn.loadgen.namespace.ProcessPlacement;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.worker.Message;
import io.netty.util.Version;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Carries out one plan: starts the workers, runs, ends them however it comes, and judges. Used once, on a thread that lives
 * as long as the run.
 */
public final class RunSession {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int UNREACHABLE_AFTER_MS = 5_000;

    private final HostFacts host;
    private final Function<String, List<String>> workerWords;
    private final String version;
    private final SystemClock clock;

    /**
     * @param workerWords the command that starts a worker of a name
     * @param version of netchurn, for the result
     */
    public RunSession(HostFacts host, Function<String, List<String>> workerWords, String version, SystemClock clock) {
        this.host = host;
        this.workerWords = workerWords;
        this.version = version;
        this.clock = clock;
    }

    /** What a run beginning now is called. */
    public RunStamp stamp(String name) {
        Instant now = clock.wallTime();
        return new RunStamp(TIME.format(now) + "-" + name, now, clock.nanoTime());
    }

    /** A finished run and what the plan and the workers had to say about it. */
    public record Outcome(RunResult result, List<String> notes) {
    }

    /**
     * Runs the plan to its end.
     *
     * @param interrupted whether the user, or the system, wants the run to end: the load stops, the drain is short
     * @throws RunRefused when it does not start; then nothing was sent and nothing is left
     */
    public Outcome carryOut(RunPlan plan, RunStamp stamp, BooleanSupplier interrupted, RunListener listener)
            throws RunRefused, InterruptedException {
        if (!plan.request().startsTarget()) {
            TargetResolution.probe(plan.load().targets(), UNREACHABLE_AFTER_MS);
        }
        List<String> notes = new ArrayList<>(plan.notes());
        WorkerLaunch launch = new WorkerLaunch(new ProcessPlacement(host.root()), workerWords, notes);
        WorkerLaunch.Launched launched = launch.launch(plan);
        try (Workers workers = launched.workers();
                EventLoopReserve reserve = EventLoopReserve.of(plan, Processors.ofThisThread())) {
            RunResult.Environment environment = environment(plan, launched, reserve);
            listener.prepared(environment);
            MachineCpu before = MachineCpu.read();
            RunRecord record = new ChurnRun(plan, workers, reserve, clock, interrupted, listener).run();
            double steal = MachineCpu.read().stealShareSince(before);
            RunResult result = new ResultAssembly(record).assemble(stamp, environment, steal);
            return new Outcome(assertAll(plan, result), notes);
        }
    }

    private static RunResult assertAll(RunPlan plan, RunResult result) {
        return result
                .withAssertions(plan.request().assertions().stream().map(assertion -> assertion.evaluate(result)).toList());
    }

    private RunResult.Environment environment(RunPlan plan, WorkerLaunch.Launched launched, EventLoopReserve reserve) {
        Topology topology = plan.request().environment().topology();
        Map<String, Map<String, String>> sysctls = new LinkedHashMap<>();
        Map<String, Object> limits = new LinkedHashMap<>();
        Message.Ready target = launched.target();
        if (plan.request().observe() != null) {
            sysctls.put(Side.CLIENT.text(), launched.load().sysctls());
        } else if (topology == Topology.VETH && target != null) {
            sysctls.put(Side.CLIENT.text(), launched.load().sysctls());
            sysctls.put(Side.SERVER.text(), target.sysctls());
        } else {
            sysctls.put("shared", launched.load().sysctls());
        }
        limits.put("clientDescriptors", launched.load().descriptorLimit());
        if (target != null) {
            limits.put("serverDescriptors", target.descriptorLimit());
        }
        if (!reserve.othersOn().isEmpty()) {
            limits.put("processorsOfAllButEventLoops",
                    reserve.othersOn().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return new RunResult.Environment(host.kernel(), host.cpus(), host.cpuModel(), host.memoryBytes(),
                System.getProperty("java.vm.vendor") + " " + Runtime.version(), version, nettyVersion(), topology.text(),
                sysctls, limits);
    }

    private static String nettyVersion() {
        return Version.identify().values().stream().map(Version::artifactVersion).findFirst().orElse("unknown");
    }
}
