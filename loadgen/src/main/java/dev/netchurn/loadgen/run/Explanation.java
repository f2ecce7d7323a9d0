package dev.netchurn.loadgen.run;

/**
 * What something that was counted means.
 *
 * @param subject a TCP state, such as {@code CLOSE_WAIT}, or a counter, such as {@code TcpExtTW}
 * @param side {@code client}, {@code server}, or {@code shared} for a counter of both
 * @param count a state: sockets at the end, or at the peak when none was left; a counter: by how much it moved
 * @param sentence what it means, which side and which call caused it, and which setting moves it
 */
public record Explanation(String subject, String side, long count, String sentence) {
}
