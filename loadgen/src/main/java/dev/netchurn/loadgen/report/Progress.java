package dev.netchurn.loadgen.report;

/** Shows a run while it goes on. Owned by the thread that runs it; closed before the summary is printed. */
public interface Progress extends AutoCloseable {

    /** Shows one interval. */
    void show(LiveFrame frame);

    /** Leaves the screen to others. */
    @Override
    void close();

    /** Shows nothing. */
    static Progress none() {
        return new Progress() {
            @Override
            public void show(LiveFrame frame) {
                // Quiet was asked for.
            }

            @Override
            public void close() {
                // There is nothing on the screen.
            }
        };
    }
}
