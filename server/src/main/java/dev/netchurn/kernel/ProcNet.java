package dev.netchurn.kernel;

import dev.netchurn.linux.ProcFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the constant-cost sources of one network namespace: sockstat, sockstat6, snmp and netstat below
 * /proc/thread-self/net. (/proc/net would be the namespace of the process's first thread.) The parsers are pure and go by
 * name, never by position.
 *
 * <p>Owned by one thread; bound to the namespace of the thread that constructs it.
 */
public final class ProcNet implements AutoCloseable {

    private static final Path FOLDER = Path.of("/proc/thread-self/net");
    private static final Path TIME_WAIT_LIMIT = Path.of("/proc/sys/net/ipv4/tcp_max_tw_buckets");
    private final ProcFile sockstat;
    private final ProcFile sockstat6;
    private final ProcFile snmp;
    private final ProcFile netstat;
    private final CounterTable table = new CounterTable();
    private @Nullable ProcFile timeWaitLimit;

    /** @throws UncheckedIOException when the files cannot be opened */
    public ProcNet() {
        try {
            sockstat = new ProcFile(FOLDER.resolve("sockstat"));
            sockstat6 = new ProcFile(FOLDER.resolve("sockstat6"));
            snmp = new ProcFile(FOLDER.resolve("snmp"));
            netstat = new ProcFile(FOLDER.resolve("netstat"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads sockstat and sockstat6. */
    public SockStat sockStat() {
        return parseSockStat(text(sockstat), text(sockstat6));
    }

    /** Reads net.ipv4.tcp_max_tw_buckets ; empty when it is not shown. */
    public OptionalLong timeWaitLimit() {
        try {
            if (timeWaitLimit == null) {
                timeWaitLimit = new ProcFile(TIME_WAIT_LIMIT);
            }
            return OptionalLong.of(number(timeWaitLimit.read().strip()));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Reads snmp and netstat. */
    public Counters counters() {
        return table.read(text(snmp), text(netstat));
    }

    /**
     * Counters, and the one gauge among them.
     *
     * @param counters since the namespace began
     * @param currentlyEstablished sockets in ESTABLISHED or CLOSE_WAIT now, both families
     */
    public record Counters(TcpCounters counters, long currentlyEstablished) {
    }

    /** What is missing counts as 0. */
    static SockStat parseSockStat(String sockstat, String sockstat6) {
        Map<String, Long> tcp = parsePairs(sockstat, "TCP:");
        return new SockStat(
                tcp.getOrDefault("inuse", 0L),
                parsePairs(sockstat6, "TCP6:").getOrDefault("inuse", 0L),
                tcp.getOrDefault("tw", 0L),
                tcp.getOrDefault("orphan", 0L),
                tcp.getOrDefault("alloc", 0L),
                tcp.getOrDefault("mem", 0L));
    }

    /** A line such as {@code TCP: inuse 1 orphan 0}: names and values in turn. */
    private static Map<String, Long> parsePairs(String text, String label) {
        Map<String, Long> pairs = new HashMap<>();
        text.lines().filter(line -> line.startsWith(label)).findFirst().ifPresent(line -> {
            StringTokenizer words = new StringTokenizer(line.substring(label.length()));
            while (words.hasMoreTokens()) {
                String name = words.nextToken();
                if (words.hasMoreTokens()) {
                    pairs.put(name, number(words.nextToken()));
                }
            }
        });
        return pairs;
    }

    /** A number of the kernel's. */
    static long number(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + word + "' stands where the kernel writes a number", e);
        }
    }

    private static String text(ProcFile file) {
        try {
            return file.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ProcFile limit = timeWaitLimit;
        try (sockstat; sockstat6; snmp; netstat) {
            if (limit != null) {
                limit.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
