package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.lab.Catalogue;
import dev.netchurn.loadgen.report.LabPage;
import dev.netchurn.terminal.Terminal;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code netchurn lab list}. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Names all phenomena, and what each shows.")
public final class LabListCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("picocli did not inject the command");
        }
        PrintWriter out = command.commandLine().getOut();
        out.print(new LabPage(Terminal.screen(Terminal.STANDARD_OUTPUT)).list(Catalogue.standard().all()));
        out.flush();
        return ExitCode.FINE;
    }
}
