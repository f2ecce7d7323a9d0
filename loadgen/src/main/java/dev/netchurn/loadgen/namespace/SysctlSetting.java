package dev.netchurn.loadgen.namespace;

import dev.netchurn.kernel.Side;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One {@code --sysctl}.
 *
 * @param side the namespace it is meant for; null for both
 * @param key full name, such as {@code net.ipv4.tcp_fin_timeout}
 * @param value as the kernel takes it
 */
public record SysctlSetting(@Nullable Side side, String key, String value) {

    private static final Pattern FORM = Pattern.compile("(?:(client|server):)?([a-z0-9_.-]+)=(.+)");

    /**
     * Reads {@code [client:|server:]KEY=VALUE}. A key without a dot is looked for where it usually lives: {@code somaxconn}
     * in net.core, everything else in net.ipv4.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static SysctlSetting parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a sysctl setting; write KEY=VALUE or client:KEY=VALUE, such as net.ipv4.tcp_fin_timeout=10");
        }
        String key = matcher.group(2);
        if (!key.contains(".")) {
            key = (key.equals("somaxconn") ? "net.core." : "net.ipv4.") + key;
        }
        if (!key.startsWith("net.") || key.contains("..")) {
            throw new IllegalArgumentException(
                    "'" + key + "' is not a net.* sysctl, so it does not belong to a network namespace");
        }
        Side side = matcher.group(1) == null ? null : matcher.group(1).equals("client") ? Side.CLIENT : Side.SERVER;
        return new SysctlSetting(side, key, matcher.group(3).strip());
    }

    /** Whether it is to be set on a side. */
    public boolean isFor(Side wanted) {
        return side == null || side == wanted;
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        return (side == null ? "" : side.text() + ":") + key + "=" + value;
    }
}
