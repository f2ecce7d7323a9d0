package dev.netchurn.loadgen.cli;

import dev.netchurn.loadgen.run.AssertionResult;
import dev.netchurn.loadgen.run.RunRefused;
import dev.netchurn.loadgen.run.RunResult;

/** What the shell is told. */
final class ExitCode {

    static final int FINE = 0;
    static final int INTERNAL = 1;
    static final int USAGE = 2;
    static final int ENVIRONMENT = 3;
    static final int UNREACHABLE = 4;
    static final int INVALID = 5;
    static final int ASSERTION = 99;
    static final int INTERRUPTED = 130;

    private ExitCode() {
    }

    static int of(RunRefused.Cause cause) {
        return switch (cause) {
            case USAGE -> USAGE;
            case ENVIRONMENT -> ENVIRONMENT;
            case UNREACHABLE -> UNREACHABLE;
            case INTERNAL -> INTERNAL;
        };
    }

    /** An invalid run proves nothing either way, so it outranks a failed assertion. */
    static int of(RunResult result) {
        return switch (result.verdict().status()) {
            case INTERRUPTED -> INTERRUPTED;
            case INVALID -> INVALID;
            case VALID, DEGRADED -> result.assertions().stream().allMatch(AssertionResult::passed) ? FINE : ASSERTION;
        };
    }
}
