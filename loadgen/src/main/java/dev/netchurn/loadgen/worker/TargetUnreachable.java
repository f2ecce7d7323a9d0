package dev.netchurn.loadgen.worker;

/** A target does not listen where connections would go; the message is a sentence for the user. */
final class TargetUnreachable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TargetUnreachable(String sentence) {
        super(sentence);
    }
}
