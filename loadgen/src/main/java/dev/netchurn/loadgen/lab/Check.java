package dev.netchurn.loadgen.lab;

/**
 * One thing that must be seen.
 *
 * @param what it is about, such as {@code states of the client}
 * @param expected value or range as text
 * @param observed value as text
 * @param passed whether they agree
 */
public record Check(String what, String expected, String observed, boolean passed) {
}
