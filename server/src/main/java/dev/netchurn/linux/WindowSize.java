package dev.netchurn.linux;

/**
 * Size of a terminal in characters.
 *
 * @param rows 0 when it is not known
 * @param columns likewise
 */
public record WindowSize(int rows, int columns) {

    /** Of what is no terminal. */
    public static final WindowSize UNKNOWN = new WindowSize(0, 0);
}
