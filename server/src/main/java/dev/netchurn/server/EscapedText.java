package dev.netchurn.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Literal bytes as people write them on a command line: text with the escapes {@code \r \n \t \0 \\} and {@code \xHH}; anything
 * else stands for itself, in UTF-8. Kept in one canonical form, so that equal bytes are equal texts.
 *
 * @param text the canonical form: printable ASCII, all else escaped
 */
public record EscapedText(String text) {

    /** No bytes. */
    public static final EscapedText NOTHING = new EscapedText("");

    private static final int MOST_BYTES = 64 << 10;
    private static final int HEX = 16;

    /** Brings the text into its canonical form. */
    public EscapedText {
        byte[] bytes = decode(text);
        if (bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "the text has " + bytes.length + " bytes; at most 64 KiB can be sent or expected");
        }
        text = encode(bytes, 0, bytes.length);
    }

    /**
     * Reads a text with escapes.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static EscapedText parse(String text) {
        return new EscapedText(text);
    }

    /** What it stands for; at most 64 KiB. */
    public byte[] bytes() {
        return decode(text);
    }

    /** Some bytes in the canonical form. */
    public static String encode(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            int value = Byte.toUnsignedInt(bytes[i]);
            switch (value) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case 0 -> text.append("\\0");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (value >= ' ' && value < 0x7f) {
                        text.append((char) value);
                    } else {
                        text.append("\\x").append(Character.forDigit(value / HEX, HEX))
                                .append(Character.forDigit(value % HEX, HEX));
                    }
                }
            }
        }
        return text.toString();
    }

    private static byte[] decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int at = 0; at < text.length();) {
            int next = text.indexOf('\\', at);
            if (next != at) {
                bytes.writeBytes(text.substring(at, next < 0 ? text.length() : next).getBytes(StandardCharsets.UTF_8));
                at = next < 0 ? text.length() : next;
            } else {
                int length = at + 1 < text.length() && text.charAt(at + 1) == 'x' ? 4 : 2;
                bytes.write(unescape(text, at, length));
                at += length;
            }
        }
        return bytes.toByteArray();
    }

    private static int unescape(String text, int at, int length) {
        if (length == 4 && at + 4 <= text.length()) {
            int high = Character.digit(text.charAt(at + 2), HEX);
            int low = Character.digit(text.charAt(at + 3), HEX);
            if (high >= 0 && low >= 0) {
                return high * HEX + low;
            }
        } else if (length == 2 && at + 2 <= text.length()) {
            int meant = "rnt0\\".indexOf(text.charAt(at + 1));
            if (meant >= 0) {
                return "\r\n\t\0\\".charAt(meant);
            }
        }
        throw new IllegalArgumentException(
                "'" + text.substring(at, Math.min(text.length(), at + length)) + "' is not an escape;"
                        + " use \\r \\n \\t \\0 \\\\ or \\xHH with two hexadecimal digits");
    }
}
