package dev.netchurn.loadgen.run;

/**
 * Something that a run shows and that is often taken for something else.
 *
 * @param topic short name, such as {@code fin-timeout}
 * @param sentence what was done, what the kernel makes of it, and with which figures it shows
 */
public record Misconception(String topic, String sentence) {
}
