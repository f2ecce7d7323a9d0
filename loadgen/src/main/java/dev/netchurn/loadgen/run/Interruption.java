package dev.netchurn.loadgen.run;

/** Whether the user, or the system, wants the run to end. May be raised from any thread; never lowered. */
public final class Interruption {

    private volatile boolean raised;

    /** Asks for the end: the load stops, the drain is short, the report is written. */
    public void raise() {
        raised = true;
    }

    public boolean isRaised() {
        return raised;
    }
}
