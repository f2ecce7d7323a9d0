package dev.netchurn.loadgen.lab;

/** Ends a script early. */
public final class SceneEnded extends RuntimeException {

    private final boolean skipped;

    private SceneEnded(String reason, boolean skipped) {
        super(reason, null, false, false);
        this.skipped = skipped;
    }

    /** This machine cannot show the phenomenon. */
    static SceneEnded skip(String reason) {
        return new SceneEnded(reason, true);
    }

    /** An expectation that the rest of the script builds on did not come true; the check was noted before. */
    static SceneEnded failed(String what) {
        return new SceneEnded(what, false);
    }

    boolean isSkip() {
        return skipped;
    }
}
