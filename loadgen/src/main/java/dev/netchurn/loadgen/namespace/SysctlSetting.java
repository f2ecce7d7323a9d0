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

    private static final Pattern FORM = Pattern.compile("(?:(client|server):)?([A-Za-z0-9_.-]+)=(.+)");

    /** Names that stand under net.core; no name of net.ipv4 begins so. */
    private static final Pattern CORE = Pattern.compile(
            "(somaxconn|optmem_max|dev_weight|default_qdisc|txrehash|tstamp_allow_data)|(rmem|wmem|netdev|busy|rps|gro)_.*");

    /**
     * Reads {@code [client:|server:]KEY=VALUE}. A key without a dot is looked for where it lives: {@code somaxconn} in net.core,
     * {@code nf_conntrack_max} in net.netfilter, everything else in net.ipv4. Whether the key exists is for the kernel to say.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static SysctlSetting parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a sysctl setting; write KEY=VALUE or client:KEY=VALUE, such as net.ipv4.tcp_fin_timeout=10");
        }
        String key = full(matcher.group(2));
        if (key.startsWith(".") || key.endsWith(".") || key.contains("..")) {
            throw new IllegalArgumentException("'" + key + "' is not the name of a sysctl, such as net.ipv4.tcp_fin_timeout");
        }
        Side side = matcher.group(1) == null ? null : matcher.group(1).equals("client") ? Side.CLIENT : Side.SERVER;
        return new SysctlSetting(side, key, matcher.group(3).strip());
    }

    private static String full(String key) {
        if (key.contains(".")) {
            return key;
        }
        if (key.startsWith("nf_")) {
            return "net.netfilter." + key;
        }
        return (CORE.matcher(key).matches() ? "net.core." : "net.ipv4.") + key;
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
