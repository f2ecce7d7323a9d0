package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.NanoClock;
import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.loadgen.report.HtmlReport;
import dev.netchurn.loadgen.report.LatencyLog;
import dev.netchurn.loadgen.report.LiveView;
import dev.netchurn.loadgen.report.PlainProgress;
import dev.netchurn.loadgen.report.Progress;
import dev.netchurn.loadgen.report.ResultJson;
import dev.netchurn.loadgen.report.TerminalSummary;
import dev.netchurn.loadgen.run.RunListener;
import dev.netchurn.loadgen.run.RunListeners;
import dev.netchurn.loadgen.run.RunMeters;
import dev.netchurn.loadgen.run.RunPlan;
import dev.netchurn.loadgen.run.RunRefused;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.loadgen.run.RunSession;
import dev.netchurn.loadgen.run.RunStamp;
import dev.netchurn.loadgen.run.Verdict;
import dev.netchurn.loadgen.worker.Ticks;
import dev.netchurn.metrics.MetricsEndpoint;
import dev.netchurn.server.cli.Ending;
import dev.netchurn.terminal.Screen;
import dev.netchurn.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run with all that goes around it: folder, endpoint, display, signals, files. Used once, on the main thread. */
final class RunOnce {

    private static final Path DEFAULT_FOLDER = Path.of("netchurn-results");

    private static final String ERASE_LINE = "\r\u001b[K";

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

    /**
     * Runs and reports; returns the exit code.
     *
     * @throws RunRefused when the run did not start; then no file of it is left
     */
    int run() throws RunRefused, InterruptedException {
        RunStamp stamp = session.stamp(plan.request().name());
        String also = output.json();
        if (also != null && !output.isJsonOnStandardOutput()) {
            ResultFolder.checkFile(Path.of(also));
        }
        Path asked = output.folder();
        ResultFolder folder = ResultFolder.open(asked != null ? asked : DEFAULT_FOLDER.resolve(stamp.id()));
        Ending ending = Ending.onSignal();
        onTerminal("netchurn: starting and warming up…");
        try {
            return run(stamp, folder, ending);
        } catch (RunRefused refused) {
            onTerminal(ERASE_LINE);
            folder.discard();
            throw refused;
        } finally {
            out.flush();
            err.flush();
            ending.done();
        }
    }

    private int run(RunStamp stamp, ResultFolder folder, Ending ending) throws RunRefused, InterruptedException {
        RunMeters meters = new RunMeters(stamp, BuildVersion.text());
        try (MetricsEndpoint endpoint = openMetrics(meters);
                LatencyLog log = new LatencyLog(folder.file(ResultFolder.LATENCIES), stamp.startedAt(), stamp.startedNs(),
                        err::println)) {
            RunSession.Outcome outcome;
            try (Progress progress = progress()) {
                RunDisplay display = new RunDisplay(plan, progress, log, clock);
                outcome = session.carryOut(plan.keepingOutput(folder.file(ResultFolder.TARGET_OUTPUT)), stamp, ending::isAsked,
                        new RunListeners(endpoint == null
                                ? List.of(new Announcement(null), display)
                                : List.of(new Announcement(endpoint), meters, display)));
            }
            RunResult result = judged(outcome.result(), log);
            log.finish(result.verdict().status());
            boolean reported = report(result, outcome.notes(), folder);
            out.flush();
            // Who sees the verdict in a scrape finds the files.
            meters.judged(result);
            if (endpoint != null && !output.metricsLinger().isZero()) {
                boolean _ = ending.waitedFor(output.metricsLinger());
            }
            return reported ? ExitCode.of(result) : ExitCode.INTERNAL;
        }
    }

    /** Fills the seconds before the first interval for somebody who looks on; it is erased again. */
    private void onTerminal(String text) {
        if (!output.isQuiet() && Terminal.isInteractive(Terminal.STANDARD_ERROR)) {
            err.print(text);
            err.flush();
        }
    }

    private static RunResult judged(RunResult result, LatencyLog log) {
        return log.isComplete()
                ? result
                : result.withVerdict(result.verdict().with(new Verdict.Reason("latency-log",
                        "the latency log lacks intervals that could not be written (" + log.firstError() + ")", null, null)));
    }

    /** Says where the metrics are, once it is certain that there will be some. */
    private final class Announcement implements RunListener {

        private final @Nullable MetricsEndpoint endpoint;

        Announcement(@Nullable MetricsEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public void started(RunPlan started, Ticks ticks) {
            onTerminal(ERASE_LINE);
            if (output.isQuiet()) {
                return;
            }
            if (endpoint == null) {
                err.println("netchurn without a metrics endpoint");
                return;
            }
            int wanted = output.metricsAddress().getPort();
            boolean movedOn = wanted != 0 && endpoint.uri().getPort() != wanted;
            err.println(
                    "netchurn with metrics at " + endpoint.uri() + (movedOn ? ", because port " + wanted + " is taken" : ""));
        }
    }

    private Progress progress() {
        if (output.isQuiet()) {
            return Progress.none();
        }
        Screen screen = Terminal.screen(Terminal.STANDARD_ERROR);
        return Terminal.isInteractive(Terminal.STANDARD_ERROR) && !output.isPlain()
                ? new LiveView(err, screen)
                : new PlainProgress(err, screen);
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

    /** Whether everything that was asked for could be written. */
    private boolean report(RunResult result, List<String> notes, ResultFolder folder) {
        if (!output.isQuiet() && !output.isJsonOnStandardOutput()) {
            out.print(new TerminalSummary(CounterMeaning::of, Terminal.screen(Terminal.STANDARD_OUTPUT)).render(result, notes,
                    folder.path()));
        }
        try {
            json.write(result, folder.file(ResultFolder.RESULT));
            String also = output.json();
            if (output.isJsonOnStandardOutput()) {
                out.println(json.text(result));
            } else if (also != null) {
                json.write(result, Path.of(also));
            }
            new HtmlReport(CounterMeaning::of).write(result, folder.file(ResultFolder.LATENCIES),
                    folder.file(ResultFolder.REPORT));
            return true;
        } catch (IOException e) {
            err.println("netchurn: the result cannot be written: " + e.getMessage());
            return false;
        }
    }
}
