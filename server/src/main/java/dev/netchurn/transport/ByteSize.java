package dev.netchurn.transport;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 64 4KiB 1MiB}. */
public final class ByteSize {

    private static final Pattern FORM = Pattern.compile("(\\d{1,10})(B|KiB|MiB)?");

    private ByteSize() {
    }

    /**
     * Reads a size of 0 bytes to 1 GiB.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static int parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size; write bytes, or a number with KiB or MiB, such as 64 or 4KiB");
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2);
        long bytes = Long.parseLong(matcher.group(1)) * (unit.equals("MiB") ? 1 << 20 : unit.equals("KiB") ? 1 << 10 : 1);
        if (bytes > 1 << 30) {
            throw new IllegalArgumentException("'" + text + "' is more than 1 GiB");
        }
        return (int) bytes;
    }
}
