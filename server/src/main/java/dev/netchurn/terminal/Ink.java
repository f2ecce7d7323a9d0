package dev.netchurn.terminal;

/** Colours, used only where they mean something. */
public enum Ink {
    /** As it should be. */
    GOOD("32"),
    /** Worth a look. */
    CAUTION("33"),
    /** Wrong. */
    BAD("31"),
    /** What the eye should find first. */
    STRONG("1"),
    /** What explains and is not itself a result. */
    QUIET("2");

    private final String code;

    Ink(String code) {
        this.code = code;
    }

    /** The text between the escape sequences of this colour (ECMA-48 SGR). */
    String paint(String text) {
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
