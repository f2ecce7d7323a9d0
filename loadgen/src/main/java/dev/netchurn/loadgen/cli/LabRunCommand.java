package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.loadgen.lab.Catalogue;
import dev.netchurn.loadgen.lab.LabJson;
import dev.netchurn.loadgen.lab.LabRefused;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.LabResults;
import dev.netchurn.loadgen.lab.LabRunner;
import dev.netchurn.loadgen.lab.Phenomenon;
import dev.netchurn.loadgen.namespace.ProcessPlacement;
import dev.netchurn.loadgen.report.LabHtml;
import dev.netchurn.loadgen.report.LabPage;
import dev.netchurn.loadgen.run.HostFacts;
import dev.netchurn.loadgen.run.RunRefused;
import dev.netchurn.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code netchurn lab run}: plays phenomena and says what held. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Plays phenomena, each in a private namespace of its own, and checks what must be seen. No root is needed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  netchurn lab run four-segment-close",
            "  netchurn lab run linger-zero unread-data",
            "  netchurn lab run all --json lab.json --out lab.html"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was seen; a phenomenon that this machine cannot show is named as skipped",
            "2:usage",
            "3:private namespaces are forbidden here",
            "99:something was not seen",
        })
public final class LabRunCommand implements Callable<Integer> {

    private static final String ALL = "all";
    private static final String STANDARD_OUTPUT = "-";

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Names as 'netchurn lab list' shows them, or all.")
    private List<String> names = List.of();

    @Option(names = "--json", paramLabel = "FILE|-",
            description = "Also write the results to a file, or to standard output and nothing else there.")
    private @Nullable String json;

    @Option(names = "--out", paramLabel = "FILE.html",
            description = "Also write a page with the ladder and the states over time of each.")
    private @Nullable Path page;

    @Override
    public Integer call() throws InterruptedException {
        List<Phenomenon> chosen = chosen(Catalogue.standard());
        PrintWriter err = command().commandLine().getErr();
        PrintWriter out =
                STANDARD_OUTPUT.equals(json) ? new PrintWriter(PrintWriter.nullWriter()) : command().commandLine().getOut();
        LabPage text = new LabPage(Terminal.screen(Terminal.STANDARD_OUTPUT));
        HostFacts host = HostFacts.read();
        LabRunner runner = new LabRunner(new ProcessPlacement(host.root()), LabMain.words(), host.cpus());
        boolean brief = chosen.size() > 1;
        try {
            if (json != null && !STANDARD_OUTPUT.equals(json)) {
                ResultFolder.checkFile(Path.of(json));
            }
            if (page != null) {
                ResultFolder.checkFile(page);
            }
            SystemClock clock = new SystemClock();
            long startNs = clock.nanoTime();
            List<Phenomenon> left = new ArrayList<>(chosen);
            List<LabResult> results = runner.play(chosen, result -> {
                out.print(brief ? text.line(result) : text.whole(result));
                out.flush();
                left.removeIf(phenomenon -> phenomenon.name().equals(result.name()));
                if (brief && !left.isEmpty() && left.stream().allMatch(LabRunner::isLong)
                        && Terminal.isInteractive(Terminal.STANDARD_ERROR)) {
                    err.print(text.waiting(left));
                    err.flush();
                }
            });
            if (brief) {
                results.stream().filter(LabPage::isFailure).forEach(result -> out.print("\n" + text.whole(result)));
                out.print(text.summary(results, clock.nanoTime() - startNs));
                out.flush();
            }
            LabResults all = new LabResults(LabResults.SCHEMA_VERSION, host.kernel(), results);
            write(all);
            if (page != null) {
                new LabHtml().write(all, page);
            }
            return results.stream().anyMatch(LabPage::isFailure) ? ExitCode.ASSERTION : ExitCode.FINE;
        } catch (RunRefused | LabRefused | IOException e) {
            err.println("netchurn: " + e.getMessage());
            return ExitCode.ENVIRONMENT;
        }
    }

    private List<Phenomenon> chosen(Catalogue catalogue) {
        if (names.contains(ALL)) {
            return catalogue.all();
        }
        List<Phenomenon> chosen = new ArrayList<>();
        for (String name : names) {
            Phenomenon phenomenon = catalogue.find(name).orElseThrow(() -> new ParameterException(command().commandLine(),
                    "there is no phenomenon '" + name + "'" + catalogue.nearest(name)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse("; 'netchurn lab list' names them all")));
            if (!chosen.contains(phenomenon)) {
                chosen.add(phenomenon);
            }
        }
        return chosen;
    }

    private void write(LabResults results) throws IOException {
        if (json == null) {
            return;
        }
        String text = new LabJson().file(results);
        if (json.equals(STANDARD_OUTPUT)) {
            command().commandLine().getOut().print(text);
            command().commandLine().getOut().flush();
        } else {
            Files.writeString(Path.of(json), text);
        }
    }

    private CommandSpec command() {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("picocli did not inject the command");
        }
        return command;
    }
}
