package dev.netchurn.loadgen.run;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.namespace.NamespacePermission;
import dev.netchurn.loadgen.namespace.NamespacePlan;
import dev.netchurn.loadgen.namespace.ProcessPlacement;
import dev.netchurn.loadgen.namespace.Sysctls;
import dev.netchurn.loadgen.worker.Command;
import dev.netchurn.loadgen.worker.Message;
import dev.netchurn.loadgen.worker.TargetPlan;
import dev.netchurn.loadgen.worker.WorkerProcess;
import dev.netchurn.transport.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts the workers of a run, puts each into its namespace, and hands them their plans. Must be used on a thread that
 * lives as long as the run ({@link ProcessPlacement}).
 */
final class WorkerLaunch {

    private static final String TARGET = "target";
    private static final String LOAD = "load";
    private static final Duration PREWARM = Duration.ofSeconds(1);
    private static final Duration SHORT_PREWARM = Duration.ofMillis(150);
    private static final Duration LONG_WARM_UP = Duration.ofSeconds(2);
    private static final Duration PLACEMENT_POLL = Duration.ofMillis(2);
    private static final int MOST_PLACEMENT_POLLS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ProcessPlacement placement;
    private final Function<String, List<String>> workerWords;
    private final List<String> notes;

    /**
     * @param workerWords the command that starts a worker of a name
     * @param notes receives a sentence for each base setting that a namespace did not take
     */
    WorkerLaunch(ProcessPlacement placement, Function<String, List<String>> workerWords, List<String> notes) {
        this.placement = placement;
        this.workerWords = workerWords;
        this.notes = notes;
    }

    /** What the workers said of their namespaces. */
    record Launched(Workers workers, Message.Ready load, Message.@Nullable Ready target) {
    }

    /**
     * Starts and prepares everything; on failure nothing is left running.
     *
     * @throws RunRefused with a sentence for the user
     */
    Launched launch(RunPlan plan) throws RunRefused, InterruptedException {
        List<WorkerProcess> started = new ArrayList<>();
        try {
            Launched launched = switch (plan.request().environment().topology()) {
                case VETH -> veth(plan, started);
                case LOOPBACK -> loopback(plan, started);
                case HOST -> host(plan, started);
            };
            return launched;
        } catch (RunRefused | InterruptedException | RuntimeException e) {
            started.forEach(WorkerProcess::close);
            throw e;
        }
    }

    private Launched veth(RunPlan plan, List<WorkerProcess> started) throws RunRefused, InterruptedException {
        List<String> targetWords = placement.inNewNamespace(workerWords.apply(TARGET));
        WorkerProcess target = begin(TARGET, targetWords, started);
        awaitPlaced(target);
        // Both JVMs come up at the same time.
        List<String> loadWords = placement.inNewNamespaceBeside(target.pid(), workerWords.apply(LOAD));
        WorkerProcess load = begin(LOAD, loadWords, started);
        awaitHello(target, targetWords);
        awaitHello(load, loadWords);
        NamespacePlan client = required(plan.clientNamespace());
        NamespacePlan.Veth veth = new NamespacePlan.Veth(AddressPlan.CLIENT_LINK, AddressPlan.SERVER_LINK, target.pid());
        load.send(new Command.SetUpNamespace(client.with(veth)));
        note("client", expect(load, Message.NamespaceReady.class));
        target.send(new Command.SetUpNamespace(required(plan.serverNamespace())));
        note("server", expect(target, Message.NamespaceReady.class));
        return prepare(plan, load, target, true);
    }

    private Launched loopback(RunPlan plan, List<WorkerProcess> started) throws RunRefused, InterruptedException {
        WorkerProcess target = start(TARGET, placement.inNewNamespace(workerWords.apply(TARGET)), started);
        target.send(new Command.SetUpNamespace(required(plan.clientNamespace())));
        note("private", expect(target, Message.NamespaceReady.class));
        WorkerProcess load = start(LOAD, placement.inNamespaceOf(target.pid(), workerWords.apply(LOAD)), started);
        return prepare(plan, load, target, false);
    }

    private Launched host(RunPlan plan, List<WorkerProcess> started) throws RunRefused, InterruptedException {
        String observe = plan.request().observe();
        if (observe != null) {
            return observed(plan, observe, started);
        }
        WorkerProcess target =
                plan.target() == null ? null : start(TARGET, placement.onHost(workerWords.apply(TARGET)), started);
        WorkerProcess load = start(LOAD, placement.onHost(workerWords.apply(LOAD)), started);
        return prepare(plan, load, target, false);
    }

    /** What stands for the target's worker tells of the server's host. */
    private Launched observed(RunPlan plan, String observe, List<WorkerProcess> started)
            throws RunRefused, InterruptedException {
        RemoteWatch watch = RemoteWatch.connect(observe, plan.targetPorts(), new SystemClock());
        try {
            WorkerProcess load = start(LOAD, placement.onHost(workerWords.apply(LOAD)), started);
            Launched launched = prepare(plan, load, null, true);
            notes.add("The server's side was read from the watch at " + observe + ".");
            return new Launched(new Workers(load, watch), launched.load(), null);
        } catch (RunRefused | InterruptedException | RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    /** Both warm up at the same time; where they share a namespace the load's worker alone watches it. */
    private Launched prepare(RunPlan plan, WorkerProcess load, @Nullable WorkerProcess target, boolean serverReadElsewhere)
            throws RunRefused, InterruptedException {
        if (target != null) {
            target.send(new Command.Serve(required(plan.target()),
                    serverReadElsewhere ? observer(plan, EnumSet.of(Side.SERVER)) : null, prewarmNs(plan)));
        }
        Set<Side> seenByLoad = serverReadElsewhere ? EnumSet.of(Side.CLIENT) : EnumSet.allOf(Side.class);
        load.send(new Command.Load(plan.load(), observer(plan, seenByLoad), prewarmNs(plan)));
        if (target != null) {
            expect(target, Message.Warm.class);
        }
        expect(load, Message.Warm.class);
        setSysctls(plan, load, target);
        List<Endpoint> targets = plan.load().targets();
        Message.Ready targetReady = target == null ? null : listen(target, targets, patience(plan));
        if (targetReady != null && targetReady.listening().size() < targets.size()) {
            notes.add("The server listens on " + targetReady.listening().size() + " of the " + targets.size()
                    + " addresses of its namespace, so there are fewer ports than planned.");
            targets = targetReady.listening();
        }
        return new Launched(new Workers(load, target), listen(load, targets, PATIENCE), targetReady);
    }

    /** What the run is about is set only now, so that the warm-up neither suffers from it nor spoils it. */
    private void setSysctls(RunPlan plan, WorkerProcess load, @Nullable WorkerProcess target)
            throws RunRefused, InterruptedException {
        NamespacePlan client = plan.clientNamespace();
        if (client != null) {
            load.send(new Command.SetSysctls(client.required()));
            expect(load, Message.NamespaceReady.class);
        }
        NamespacePlan server = plan.serverNamespace();
        if (server != null && target != null) {
            target.send(new Command.SetSysctls(server.required()));
            expect(target, Message.NamespaceReady.class);
        }
    }

    private Message.Ready listen(WorkerProcess worker, List<Endpoint> targets, Duration patience)
            throws RunRefused, InterruptedException {
        worker.send(new Command.Listen(targets));
        return expect(worker, Message.Ready.class, patience);
    }

    /** A server program has a time of its own to begin to listen. */
    private static Duration patience(RunPlan plan) {
        TargetPlan.Program program = plan.program();
        return program == null ? PATIENCE : PATIENCE.plusNanos(program.listenWithinNs());
    }

    /** A warm-up that follows compiles the rest: then it is enough that classes are loaded and Netty's native code is. */
    private static long prewarmNs(RunPlan plan) {
        return (plan.load().warmupNs() >= LONG_WARM_UP.toNanos() ? SHORT_PREWARM : PREWARM).toNanos();
    }

    private static Command.ObserverPlan observer(RunPlan plan, Set<Side> sides) {
        return new Command.ObserverPlan(plan.targetPorts(), sides, plan.request().environment().census());
    }

    private WorkerProcess start(String name, List<String> words, List<WorkerProcess> started)
            throws RunRefused, InterruptedException {
        WorkerProcess worker = begin(name, words, started);
        awaitHello(worker, words);
        return worker;
    }

    private static WorkerProcess begin(String name, List<String> words, List<WorkerProcess> started) throws RunRefused {
        try {
            WorkerProcess worker = WorkerProcess.start(name, words);
            started.add(worker);
            return worker;
        } catch (UncheckedIOException e) {
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT, "the " + name + " worker cannot be started: " + e.getMessage());
        }
    }

    /** Until it has left our namespaces, long before its JVM is up; whether it failed instead its hello will tell. */
    private static void awaitPlaced(WorkerProcess worker) throws InterruptedException {
        Path own = Path.of("/proc/self/ns/net");
        Path its = Path.of("/proc", String.valueOf(worker.pid()), "ns", "net");
        for (int polls = 0; polls < MOST_PLACEMENT_POLLS && worker.isAlive(); polls++) {
            try {
                if (!Files.readSymbolicLink(its).equals(Files.readSymbolicLink(own))) {
                    return;
                }
            } catch (IOException e) {
                return;
            }
            Thread.sleep(PLACEMENT_POLL);
        }
    }

    private static void awaitHello(WorkerProcess worker, List<String> words) throws RunRefused, InterruptedException {
        Message first = worker.next(PATIENCE);
        if (first instanceof Message.Hello hello && hello.protocol() == Message.PROTOCOL) {
            return;
        }
        if (first instanceof Message.Hello) {
            throw new RunRefused(RunRefused.Cause.INTERNAL,
                    "the " + worker.name() + " worker is of another version of netchurn; rebuild it");
        }
        throw new RunRefused(RunRefused.Cause.ENVIRONMENT, whyNotStarted(worker, words));
    }

    private static String whyNotStarted(WorkerProcess worker, List<String> words) {
        String errors = worker.lastErrors();
        boolean placed = words.contains("unshare") || words.contains("nsenter");
        if (placed && (errors.contains("unshare") || errors.contains("nsenter"))) {
            if (errors.contains("not found")) {
                return "private namespaces need the programs unshare, nsenter and setpriv; install util-linux";
            }
            return new NamespacePermission(new Sysctls()).explain(errors.lines().findFirst().orElse(errors));
        }
        return "the " + worker.name() + " worker did not start" + (errors.isEmpty() ? "" : ": " + errors);
    }

    private <T extends Message> T expect(WorkerProcess worker, Class<T> type) throws RunRefused, InterruptedException {
        return expect(worker, type, PATIENCE);
    }

    private <T extends Message> T expect(WorkerProcess worker, Class<T> type, Duration patience)
            throws RunRefused, InterruptedException {
        Message message = worker.next(patience);
        if (type.isInstance(message)) {
            return type.cast(message);
        }
        if (message instanceof Message.Failed failed) {
            throw new RunRefused(switch (failed.cause()) {
                case ENVIRONMENT -> RunRefused.Cause.ENVIRONMENT;
                case UNREACHABLE -> RunRefused.Cause.UNREACHABLE;
                case INTERNAL -> RunRefused.Cause.INTERNAL;
            }, failed.sentence());
        }
        throw new RunRefused(RunRefused.Cause.INTERNAL,
                "the " + worker.name() + " worker did not answer within " + patience.toSeconds() + " s");
    }

    private void note(String namespace, Message.NamespaceReady ready) {
        if (!ready.skipped().isEmpty()) {
            notes.add(ready.skipped().size() + " of the host's settings could not be carried into the " + namespace
                    + " namespace, the first: " + ready.skipped().getFirst());
        }
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the plan lacks a part that its topology needs");
        }
        return value;
    }
}
