package dev.netchurn.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Answers bad arguments with one sentence on standard error and exit code 2, without the whole usage text. */
public final class OneSentence implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }
}
