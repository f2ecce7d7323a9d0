package dev.netchurn.loadgen.connection;

/**
 * Where a reply departed from the expected one.
 *
 * @param atByte offset of the first byte that differs, from 0
 * @param expected some bytes from there on, escaped as on the command line
 * @param received those that came instead; empty when the server closed there
 */
public record ExchangeDifference(int atByte, String expected, String received) {

    /** As part of a sentence. */
    public String text() {
        return "at byte " + atByte + " of the reply '" + expected + "' was expected and "
                + (received.isEmpty() ? "the server closed" : "'" + received + "' came");
    }
}
