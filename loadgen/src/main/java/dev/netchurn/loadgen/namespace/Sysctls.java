package dev.netchurn.loadgen.namespace;

import dev.netchurn.linux.ProcFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The {@code net.*} sysctls of the calling process's network namespace, through /proc/sys (which, unlike /proc/net,
 * follows the caller).
 */
public final class Sysctls {

    /** The ones that decide what a churn run sees; recorded in every result. */
    public static final List<String> RECORDED = List.of(
            "net.core.somaxconn",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_abort_on_overflow",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_max_syn_backlog",
            "net.ipv4.tcp_max_tw_buckets",
            "net.ipv4.tcp_orphan_retries",
            "net.ipv4.tcp_rfc1337",
            "net.ipv4.tcp_syn_linear_timeouts",
            "net.ipv4.tcp_syn_retries",
            "net.ipv4.tcp_synack_retries",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.tcp_timestamps",
            "net.ipv4.tcp_tw_reuse",
            "net.ipv4.tcp_tw_reuse_delay");

    private static final Path ROOT = Path.of("/proc/sys");

    /** Names whose value belongs to the machine, cannot be read back, or changes what the namespace is made of. */
    private static final List<String> NOT_COPIED = List.of("tcp_child_ehash_entries", "tcp_ehash_entries", "tcp_fastopen_key",
            "tcp_available_congestion_control", "tcp_available_ulp", "tcp_allowed_congestion_control");

    /** The current value with its white space made single blanks; empty when this namespace does not show the key. */
    public Optional<String> read(String key) {
        try {
            return Optional.of(normal(ProcFile.readOnce(path(key))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** All of {@link #RECORDED} that this namespace shows. */
    public Map<String, String> readRecorded() {
        Map<String, String> values = new TreeMap<>();
        RECORDED.forEach(key -> read(key).ifPresent(value -> values.put(key, value)));
        return values;
    }

    /** Every namespaced TCP and port setting that can be carried from one namespace into another. */
    public Map<String, String> readCopyable() {
        Map<String, String> values = new TreeMap<>();
        try (Stream<Path> files = Files.list(ROOT.resolve("net/ipv4"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("tcp_") || name.startsWith("ip_local_") || name.equals("ip_nonlocal_bind"))
                    .filter(name -> !NOT_COPIED.contains(name))
                    .map("net.ipv4."::concat)
                    .forEach(key -> read(key).ifPresent(value -> values.put(key, value)));
        } catch (IOException e) {
            return values;
        }
        read("net.core.somaxconn").ifPresent(value -> values.put("net.core.somaxconn", value));
        return values;
    }

    /**
     * Sets a key and reads it back.
     *
     * @throws SysctlRefused when the key is not there, the kernel says no, or it keeps another value
     */
    public void write(String key, String value) throws SysctlRefused {
        Path path = path(key);
        if (!Files.exists(path)) {
            throw new SysctlRefused(key, value, reasonForAbsence(key));
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            String why = e.getMessage() == null
                    ? e.toString()
                    : e.getMessage().replace(path.toString(), "").replaceFirst("^:? *", "");
            throw new SysctlRefused(key, value, "the kernel refuses it (" + (why.isEmpty() ? "permission denied" : why) + ")");
        }
        String kept = read(key).orElse("");
        if (!kept.equals(normal(value))) {
            throw new SysctlRefused(key, value, "the kernel keeps '" + kept + "'");
        }
    }

    private static String reasonForAbsence(String key) {
        if (key.endsWith("tcp_tw_recycle")) {
            return "it was removed from Linux in 4.12";
        }
        if (Files.exists(path(key))) {
            return "it cannot be seen";
        }
        return "a network namespace of this kernel has no such key: it is misspelt, unknown to this kernel, or belongs to the whole machine";
    }

    private static Path path(String key) {
        return ROOT.resolve(key.replace('.', '/'));
    }

    private static String normal(String value) {
        return value.strip().replaceAll("\\s+", " ");
    }
}
