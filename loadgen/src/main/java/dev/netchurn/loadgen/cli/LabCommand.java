package dev.netchurn.loadgen.cli;

import picocli.CommandLine.Command;

/** {@code netchurn lab}: TCP phenomena, reproduced and checked. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description = "Reproduces TCP phenomena in private namespaces and checks what the kernel does.",
        subcommands = {LabListCommand.class, LabRunCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {"  netchurn lab list", "  netchurn lab run three-way-handshake", "  netchurn lab run all"})
public final class LabCommand {
}
