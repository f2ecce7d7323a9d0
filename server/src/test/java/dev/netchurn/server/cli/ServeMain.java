package dev.netchurn.server.cli;

import picocli.CommandLine;

/** Runs {@code serve} in a process of its own, so that a test can send it signals. */
final class ServeMain {

    private ServeMain() {
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ServeCommand()).execute(arguments));
    }
}
