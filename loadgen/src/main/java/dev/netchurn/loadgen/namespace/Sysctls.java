package dev.netchurn.loadgen.namespace;

import dev.netchurn.linux.ProcFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
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

    /** A list of ports and ranges, or a single number. */
    private static final Pattern PORTS = Pattern.compile("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*");

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
        return readAll(RECORDED);
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

    /** The values of these keys that this namespace shows. */
    public Map<String, String> readAll(Collection<String> keys) {
        Map<String, String> values = new TreeMap<>();
        keys.forEach(key -> read(key).ifPresent(value -> values.put(key, value)));
        return values;
    }

    /** Whether /proc/sys has a file for this key where this process is. */
    public boolean isShown(String key) {
        return Files.isRegularFile(path(key));
    }

    /** Every key under net that this namespace shows. */
    public List<String> shown() {
        try (Stream<Path> files = Files.walk(ROOT.resolve("net"))) {
            return files.filter(Files::isRegularFile).map(file -> ROOT.relativize(file).toString().replace('/', '.')).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    /**
     * Sets a key and reads it back.
     *
     * @param shownByMachine keys that exist outside of this namespace, to tell why one does not exist here
     * @throws SysctlRefused when the key is not there, the kernel says no, or it keeps another value
     */
    public void write(String key, String value, Set<String> shownByMachine) throws SysctlRefused {
        Path path = path(key);
        // Whatever is not under net would be the host's, and root could change it.
        if (!key.startsWith("net.") || !Files.isRegularFile(path)) {
            throw new SysctlRefused(key, value, AbsentSysctl.reason(key, shownByMachine.contains(key), shown()));
        }
        String before = read(key).orElse("");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        } catch (AccessDeniedException e) {
            throw new SysctlRefused(key, value,
                    "a private namespace may read it but not change it, because it belongs to the whole machine");
        } catch (IOException e) {
            throw new SysctlRefused(key, value, "the kernel refuses it (" + said(e, path) + "); its value here is " + before);
        }
        String kept = read(key).orElse("");
        if (!isSame(kept, value)) {
            throw new SysctlRefused(key, value, "the kernel keeps '" + kept + "'");
        }
    }

    private static String said(IOException e, Path path) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        String rest = message.replace(path.toString(), "").replaceFirst("^:? *", "");
        return rest.isEmpty() ? "permission denied" : rest;
    }

    /** Whether the kernel kept what was written; it writes numbers and lists of ports in its own form. */
    static boolean isSame(String kept, String written) {
        String asked = normal(written);
        return kept.equals(asked) || PORTS.matcher(asked).matches() && PORTS.matcher(kept).matches()
                && ports(kept).equals(ports(asked));
    }

    /** The ports of a list such as {@code 9000-9003,9100}. */
    private static BitSet ports(String list) {
        BitSet ports = new BitSet();
        for (String range : list.split(",")) {
            String[] bounds = range.split("-");
            ports.set(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[bounds.length - 1]) + 1);
        }
        return ports;
    }

    private static Path path(String key) {
        return ROOT.resolve(key.replace('.', '/'));
    }

    private static String normal(String value) {
        return value.strip().replaceAll("\\s+", " ");
    }
}
