package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.loadgen.report.LatencyLog;
import dev.netchurn.loadgen.report.LiveView;
import dev.netchurn.loadgen.report.PlainProgress;
import dev.netchurn.loadgen.report.Progress;
import dev.netchurn.loadgen.report.ResultJson;
import dev.netchurn.loadgen.report.Screen;
import dev.netchurn.loadgen.report.TerminalSummary;
import dev.netchurn.loadgen.run.RunListener;
import dev.netchurn.loadgen.run.RunListeners;
import dev.netchurn.loadgen.run.RunMeters;
import dev.netchurn.loadgen.run.RunPlan;
import dev.netchurn.loadgen.run.RunRefused;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.RunSession;
import dev.netchurn.loadgen.run.RunStamp;
import dev.netchurn.metrics.MetricsEndpoint;
import dev.netchurn.server.cli.Ending;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run with all that goes around it: folder, endpoint, display, signals, files. Used once, on the main thread. */
final class RunOnce {

    private static final Path DEFAULT_FOLDER = Path.of("netchurn-results");

    private final RunPlan plan;
    private final RunSession session;
    private final NanoClock clock;
    private final OutputOptions output;
    private final PrintWriter out;
    private final PrintWriter err;
    private final ResultJson json = new ResultJson();

    RunOnce(RunPlan plan, RunSession session, NanoClock clock, OutputOptions output, PrintWriter out, PrintWriter err) {
        this.plan = plan;
        this.session = session;
        this.clock = clock;
        this.output = output;
        this.out = out;
        this.err = err;
    }

    /** Runs and reports; returns the exit code. */
    int run() throws RunRefused, InterruptedException {
        RunStamp stamp = session.stamp(plan.request().name());
        Path folder = writableFolder(stamp);
        RunMeters meters = new RunMeters(stamp, BuildVersion.text());
        Ending ending = Ending.onSignal();
        try (MetricsEndpoint endpoint = openMetrics(meters);
                LatencyLog log = new LatencyLog(folder.resolve("latency.hlog"), stamp.startedAt(), stamp.startedNs(), err::println)) {
            RunSession.Outcome outcome;
            try (Progress progress = progress(endpoint)) {
                RunListener listener = new RunListeners(List.of(meters, new RunDisplay(plan, progress, log, clock)));
                outcome = session.carryOut(plan, stamp, ending::isAsked, listener);
            }
            log.finish(outcome.result().verdict().status());
            meters.judged(outcome.result());
            report(outcome, folder);
            if (endpoint != null && !output.metricsLinger().isZero()) {
                boolean _ = ending.waitedFor(output.metricsLinger());
            }
            return ExitCode.of(outcome.result());
        } finally {
            out.flush();
            err.flush();
            ending.done();
        }
    }

    private Progress progress(@Nullable MetricsEndpoint endpoint) {
        if (output.isQuiet()) {
            return Progress.none();
        }
        err.println("netchurn: starting and warming up" + (endpoint == null ? "" : "; metrics at " + endpoint.uri()));
        Screen screen = Terminal.screen(Terminal.STANDARD_ERROR);
        return Terminal.isInteractive(Terminal.STANDARD_ERROR) && !output.isPlain()
                ? new LiveView(err, screen)
                : new PlainProgress(err, screen);
    }

    private Path writableFolder(RunStamp stamp) throws RunRefused {
        Path asked = output.folder();
        Path folder = asked != null ? asked : DEFAULT_FOLDER.resolve(stamp.id());
        try {
            Files.createDirectories(folder);
            Path probe = Files.createTempFile(folder, "writable", null);
            Files.delete(probe);
            return folder;
        } catch (IOException e) {
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT,
                    "the result folder " + folder + " cannot be written (" + e.getClass().getSimpleName() + "); choose another with --out");
        }
    }

    private @Nullable MetricsEndpoint openMetrics(RunMeters meters) throws RunRefused {
        if (output.isMetricsOff()) {
            return null;
        }
        try {
            return MetricsEndpoint.open(output.metricsAddress(), !output.isMetricsGiven(), meters);
        } catch (IOException e) {
            throw new RunRefused(RunRefused.Cause.ENVIRONMENT, String.valueOf(e.getMessage()));
        }
    }

    private void report(RunSession.Outcome outcome, Path folder) {
        RunResult result = outcome.result();
        if (!output.isQuiet() && !output.isJsonOnStandardOutput()) {
            out.print(new TerminalSummary(CounterMeaning::of, Terminal.screen(Terminal.STANDARD_OUTPUT)).render(result, outcome.notes(), folder));
        }
        try {
            json.write(result, folder.resolve("result.json"));
            String also = output.json();
            if (output.isJsonOnStandardOutput()) {
                out.println(json.text(result));
            } else if (also != null) {
                json.write(result, Path.of(also));
            }
        } catch (IOException e) {
            err.println("netchurn: the result cannot be written: " + e.getMessage());
        }
    }
}
