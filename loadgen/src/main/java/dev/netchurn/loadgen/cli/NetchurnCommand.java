package dev.netchurn.loadgen.cli;

import dev.netchurn.server.cli.ServeCommand;
import dev.netchurn.server.cli.WatchCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code netchurn}: the whole tool. */
@Command(
        name = "netchurn",
        description = "Measures how TCP connections are born and how they die.",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        subcommands = {RunCommand.class, LabCommand.class, ReportCommand.class, ServeCommand.class, WatchCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Begin with:", "  netchurn run", "  netchurn run --help"})
public final class NetchurnCommand {

    private static final int USAGE = 2;
    private static final int INTERNAL = 1;

    /** Runs a command line and exits with the code of the contract. */
    public static void main(String[] args) {
        int code = commandLine().execute(args);
        System.out.flush();
        System.exit(code);
    }

    /** The command line with its way of reporting mistakes: one sentence, and where to read on. */
    static CommandLine commandLine() {
        return new CommandLine(new NetchurnCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((problem, _) -> explain(problem))
                .setExecutionExceptionHandler((problem, command, _) -> {
                    command.getErr().println("netchurn: internal error: " + problem);
                    problem.printStackTrace(command.getErr());
                    return INTERNAL;
                });
    }

    private static int explain(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        command.getErr().println("netchurn: " + problem.getMessage());
        if (problem instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()) {
            command.getErr().println("Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?");
        }
        command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return USAGE;
    }
}
