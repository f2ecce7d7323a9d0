package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.report.PlanText;
import dev.netchurn.loadgen.run.Assertion;
import dev.netchurn.loadgen.run.EnvironmentRequest;
import dev.netchurn.loadgen.run.HostFacts;
import dev.netchurn.loadgen.run.LoadRequest;
import dev.netchurn.loadgen.run.Planner;
import dev.netchurn.loadgen.run.Preflight;
import dev.netchurn.loadgen.run.RunPlan;
import dev.netchurn.loadgen.run.RunRefused;
import dev.netchurn.loadgen.run.RunRequest;
import dev.netchurn.loadgen.run.RunSession;
import dev.netchurn.loadgen.run.TargetRequest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code netchurn run}: one run, from flags to exit code. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        customSynopsis = "netchurn run [FLAG...]",
        usageHelpWidth = 110,
        usageHelpAutoWidth = true,
        description = "Churns TCP connections against a target, watches the kernel on both sides, and says whether the numbers hold.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  netchurn run                                            closed loop against an embedded target, no root",
            "  netchurn run --rate 5k --duration 2m                    open loop, long enough to see TIME_WAIT expire",
            "  netchurn run --close rst --concurrency 256              aborts instead of closes",
            "  netchurn run --server-close first                       the server keeps TIME_WAIT",
            "  netchurn run --sysctl net.ipv4.tcp_tw_reuse=1           on private namespaces, the host stays as it is",
            "  netchurn run --target-command 'python3 -m http.server 8000' --target-port 8000",
            "  netchurn run --target 10.0.0.7:8080 --exchange request:64:4KiB --rate 2k",
            "  netchurn run --assert 'connect.p99<5ms' --assert failed==0",
            "",
            "Durations: 500ms 10s 2m. Rates and counts: 500 20k 1.5m. Sizes: 64 4KiB. Flags may come from @FILE.",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:fine, or DEGRADED with reasons",
            "1:internal error",
            "2:usage",
            "3:preflight refused, or the environment lacks something",
            "4:target unreachable",
            "5:the measurement is INVALID",
            "99:an assertion failed",
            "130:interrupted (143 by SIGTERM); the report was written",
        })
public final class RunCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(exclusive = false, heading = "%nTarget:%n", order = 1)
    private TargetOptions target = new TargetOptions();

    @ArgGroup(exclusive = false, heading = "%nLoad:%n", order = 2)
    private LoadOptions load = new LoadOptions();

    @ArgGroup(exclusive = false, heading = "%nLocal addresses and ports:%n", order = 3)
    private SourceOptions source = new SourceOptions();

    @ArgGroup(exclusive = false, heading = "%nEnvironment:%n", order = 4)
    private EnvironmentOptions environment = new EnvironmentOptions();

    @ArgGroup(exclusive = false, heading = "%nResults:%n", order = 5)
    private OutputOptions output = new OutputOptions();

    @ArgGroup(exclusive = false, heading = "%nJudgement:%n", order = 6)
    private JudgementOptions judgement = new JudgementOptions();

    @Option(names = "--dry-run", order = 7,
            description = "Print the plan, the budgets and the expected TIME_WAIT; start nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec command = spec();
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        HostFacts host = HostFacts.read();
        try {
            RunPlan plan = new Planner(host).plan(request(host));
            List<String> objections = Preflight.objections(plan, host);
            if (dryRun) {
                PlanText.lines(plan, objections).forEach(out::println);
                return objections.isEmpty() || plan.request().force() ? ExitCode.FINE : ExitCode.ENVIRONMENT;
            }
            if (!objections.isEmpty() && !plan.request().force()) {
                objections.forEach(objection -> err.println("netchurn: " + objection + "."));
                err.println("Nothing was started; --force runs anyway.");
                return ExitCode.ENVIRONMENT;
            }
            SystemClock clock = new SystemClock();
            RunSession session = new RunSession(host, WorkerMain::words, BuildVersion.text(), clock);
            return new RunOnce(plan, session, clock, output, out, err).run();
        } catch (RunRefused refused) {
            err.println("netchurn: " + refused.getMessage());
            return ExitCode.of(refused.why());
        }
    }

    private RunRequest request(HostFacts host) {
        try {
            boolean external = target.isExternal();
            EnvironmentRequest where = environment.request(external);
            ClientClose close = external && load.closeGiven() == null
                    ? new ClientClose.Graceful()
                    : target.effectiveClientClose(load.closeGiven());
            LoadRequest wanted = load.request(close, target.mayWaitInVain(), source, host.cpus(), isGiven("--duration"));
            TargetRequest whom = target.request(close, wanted.loops(), load.isLoadGiven());
            if (whom instanceof TargetRequest.Program && !where.topology().isPrivate()) {
                throw new IllegalArgumentException("--target-command starts its server in a private namespace, so --topology"
                        + " host is out; start the server yourself and use --target");
            }
            Set<String> allowed = judgement.allowed();
            List<Assertion> assertions = judgement.assertions();
            output.check();
            String name = external ? "target" : where.topology().text();
            return new RunRequest(name, whom, wanted, where, allowed, assertions, judgement.isForced(),
                    EffectiveConfig.of(wanted, whom, where, allowed, assertions, judgement.isForced(), output));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private boolean isGiven(String flag) {
        return spec().commandLine().getParseResult().hasMatchedOption(flag);
    }

    private CommandSpec spec() {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("picocli did not inject the command");
        }
        return command;
    }
}
