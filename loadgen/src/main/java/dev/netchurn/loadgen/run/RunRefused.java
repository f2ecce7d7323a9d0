package dev.netchurn.loadgen.run;

/** A run that cannot or must not start; the message is a sentence for the user. */
public final class RunRefused extends Exception {

    private final Cause cause;

    /** Why, which decides the exit code. */
    public enum Cause {
        /** What was asked for makes no sense: exit code 2. */
        USAGE,
        /** Preflight refused, or the environment lacks something: exit code 3. */
        ENVIRONMENT,
        /** The target does not answer: exit code 4. */
        UNREACHABLE,
        /** A fault of netchurn's own: exit code 1. */
        INTERNAL
    }

    public RunRefused(Cause cause, String sentence) {
        super(sentence);
        this.cause = cause;
    }

    public Cause why() {
        return cause;
    }
}
