package dev.netchurn.loadgen.cli;

import static java.util.Objects.requireNonNull;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.loadgen.lab.LabJson;
import dev.netchurn.loadgen.lab.LabResults;
import dev.netchurn.loadgen.report.HtmlReport;
import dev.netchurn.loadgen.report.LabHtml;
import dev.netchurn.loadgen.report.LabPage;
import dev.netchurn.loadgen.report.MetricsExport;
import dev.netchurn.loadgen.report.ResultJson;
import dev.netchurn.loadgen.report.TerminalSummary;
import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.metrics.OpenMetricsHistory;
import dev.netchurn.terminal.Terminal;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code netchurn report}: renders finished runs again from their files. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        customSynopsis = "netchurn report [FLAG...] DIR...",
        description = "Renders finished runs again from their result folders: the summary here, and report.html in each folder.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  netchurn report netchurn-results/20261120-160710-veth",
            "  netchurn report --quiet netchurn-results/*",
            "  netchurn report --quiet --openmetrics run.om netchurn-results/20261120-160710-veth",
            "  netchurn report lab.json                                the lab's ladders, and lab.html beside the file",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all were rendered", "2:usage", "3:a folder has no readable result, or its report cannot be written"})
final class ReportCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "DIR",
            description = "Result folder of a run, its result.json, or a file of lab results.")
    private List<Path> results = List.of();

    @Option(names = "--quiet", description = "No summary; only report.html, and errors.")
    private boolean quiet;

    @Option(names = "--openmetrics", paramLabel = "FILE",
            description = "Also write the runs as OpenMetrics with timestamps, one sample per interval, for "
                    + "'promtool tsdb create-blocks-from openmetrics FILE DIR'.")
    private @Nullable Path openMetrics;

    private final OpenMetricsHistory history = new OpenMetricsHistory();
    private final Set<String> exported = new HashSet<>();

    @Override
    public Integer call() {
        int code = ExitCode.FINE;
        for (Path path : results) {
            try {
                render(path);
            } catch (IOException e) {
                command().getErr().println("netchurn: " + sentence(path, e));
                code = ExitCode.ENVIRONMENT;
            }
        }
        command().getOut().flush();
        return openMetrics == null || isWritten(openMetrics) ? code : ExitCode.ENVIRONMENT;
    }

    private void render(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve(ResultFolder.RESULT) : path;
        Optional<LabResults> lab = new LabJson().ifResults(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        if (lab.isPresent()) {
            renderLab(lab.get(), file);
            return;
        }
        RunResult result = new ResultJson().read(file);
        Path log = file.resolveSibling(ResultFolder.LATENCIES);
        Path page = file.resolveSibling(ResultFolder.REPORT);
        new HtmlReport(CounterMeaning::of).write(result, log, page);
        if (openMetrics != null) {
            if (!exported.add(result.id())) {
                throw new IOException(path + " is a run that was named before");
            }
            MetricsExport.add(result, log, history);
        }
        if (!quiet) {
            PrintWriter out = command().getOut();
            out.print(new TerminalSummary(CounterMeaning::of, Terminal.screen(Terminal.STANDARD_OUTPUT).endless())
                    .render(result));
            out.println("\nReport        " + page);
        }
    }

    private void renderLab(LabResults results, Path file) throws IOException {
        Path page = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.json$", "") + ".html");
        new LabHtml().write(results, page);
        if (!quiet) {
            LabPage text = new LabPage(Terminal.screen(Terminal.STANDARD_OUTPUT));
            results.results().forEach(result -> command().getOut().print(text.whole(result)));
            command().getOut().print(text.summary(results.results()));
            command().getOut().println("\nReport        " + page);
        }
    }

    private boolean isWritten(Path file) {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            history.write(writer);
            return true;
        } catch (IOException e) {
            command().getErr().println("netchurn: " + file + " cannot be written: " + e.getMessage());
            return false;
        }
    }

    private static String sentence(Path path, IOException problem) {
        return switch (problem) {
            case NoSuchFileException missing -> path + " holds no finished run: " + missing.getFile() + " is missing";
            case AccessDeniedException denied -> "permission denied for " + denied.getFile()
                    + ": report reads the result and writes the page beside it";
            default -> String.valueOf(problem.getMessage());
        };
    }

    private CommandLine command() {
        return requireNonNull(spec).commandLine();
    }
}
