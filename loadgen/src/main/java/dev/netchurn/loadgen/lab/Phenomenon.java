package dev.netchurn.loadgen.lab;

/**
 * Something that TCP does, and how to see it.
 *
 * @param name kebab-case, as typed on the command line
 * @param title a few words
 * @param claim one sentence that a learner understands and the script checks
 * @param stage where it is played
 * @param script what the two applications do and what must be seen
 */
public record Phenomenon(String name, String title, String claim, Stage stage, Script script) {

    /** Plays a phenomenon. It need not close anything: the namespaces end with their process. */
    @FunctionalInterface
    public interface Script {

        /**
         * Makes the calls and states the expectations.
         *
         * @throws SceneEnded when going on makes no sense
         */
        void play(Scene scene) throws InterruptedException;
    }

    public Phenomenon {
        if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("'" + name + "' is not a kebab-case name");
        }
        if (!claim.endsWith(".")) {
            throw new IllegalArgumentException("the claim of " + name + " is not a sentence");
        }
    }
}
