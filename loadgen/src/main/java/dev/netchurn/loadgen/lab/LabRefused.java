package dev.netchurn.loadgen.lab;

/** This machine does not let the lab play anything; the message is a sentence for the user. */
public final class LabRefused extends Exception {

    public LabRefused(String sentence) {
        super(sentence);
    }
}
