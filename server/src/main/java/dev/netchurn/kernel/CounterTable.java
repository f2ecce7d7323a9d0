package dev.netchurn.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeMap;

/**
 * Reads the tables {@code Tcp:} of /proc/net/snmp and {@code TcpExt:} of /proc/net/netstat, by name and never by position: each
 * is a line of names and a line of values. The names of a running kernel do not change, so they are looked at closely only when
 * they differ from the last time; that, and not the numbers, was most of what a reading cost.
 *
 * <p>Owned by one thread.
 */
final class CounterTable {

    private static final String TCP = "Tcp:";
    private static final String TCP_EXT = "TcpExt:";
    /** Members of the line {@code Tcp:} that do not count events. */
    private static final Set<String> GAUGES = Set.of("TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn", "TcpCurrEstab");
    private static final String ESTABLISHED_GAUGE = "TcpCurrEstab";
    private static final long MISSING = Long.MIN_VALUE;

    private String tcpNames = "";
    private String tcpExtNames = "";
    /** The place of each name's value: a copy of it is in order at once. */
    private TreeMap<String, Long> places = new TreeMap<>();
    private long[] values = new long[0];
    private int tcpCount;
    private int establishedPlace = -1;

    /**
     * The counters of two texts.
     *
     * @throws IllegalArgumentException when a value is no number
     */
    @SuppressWarnings("unchecked")
    ProcNet.Counters read(String snmp, String netstat) {
        String[] tcp = lines(snmp, TCP);
        String[] tcpExt = lines(netstat, TCP_EXT);
        if (!tcp[0].equals(tcpNames) || !tcpExt[0].equals(tcpExtNames)) {
            learn(tcp[0], tcpExt[0]);
        }
        Arrays.fill(values, MISSING);
        parse(tcp[1], 0, tcpCount);
        parse(tcpExt[1], tcpCount, values.length);
        TreeMap<String, Long> counters = (TreeMap<String, Long>) places.clone();
        boolean isCut = false;
        for (Map.Entry<String, Long> entry : counters.entrySet()) {
            long value = values[entry.getValue().intValue()];
            isCut |= value == MISSING;
            entry.setValue(value);
        }
        if (isCut) {
            counters.values().removeIf(value -> value == MISSING);
        }
        long established = establishedPlace < 0 ? MISSING : values[establishedPlace];
        return new ProcNet.Counters(new TcpCounters(counters), established == MISSING ? 0 : established);
    }

    /** The line of names and the line of values, without their label; both empty where they are not two. */
    private static String[] lines(String text, String label) {
        int namesAt = text.startsWith(label) ? 0 : lineAt(text, label, 0);
        int valuesAt = namesAt < 0 ? -1 : lineAt(text, label, namesAt);
        return valuesAt < 0
                ? new String[] {"", ""}
                : new String[] {rest(text, namesAt + label.length()), rest(text, valuesAt + label.length())};
    }

    private static int lineAt(String text, String label, int from) {
        int before = text.indexOf("\n" + label, from);
        return before < 0 ? -1 : before + 1;
    }

    private static String rest(String text, int from) {
        int end = text.indexOf('\n', from);
        return text.substring(from, end < 0 ? text.length() : end);
    }

    private void learn(String tcp, String tcpExt) {
        tcpNames = tcp;
        tcpExtNames = tcpExt;
        places = new TreeMap<>();
        establishedPlace = -1;
        tcpCount = learn("Tcp", tcp, 0);
        values = new long[learn("TcpExt", tcpExt, tcpCount)];
    }

    /** Returns how many places are taken afterwards. */
    private int learn(String prefix, String names, int from) {
        int place = from;
        StringTokenizer words = new StringTokenizer(names);
        while (words.hasMoreTokens()) {
            String name = prefix + words.nextToken();
            if (name.equals(ESTABLISHED_GAUGE)) {
                establishedPlace = place;
            }
            if (!GAUGES.contains(name)) {
                places.put(name, (long) place);
            }
            place++;
        }
        return place;
    }

    /** Fills in the values of a line, as many as have a name. */
    private void parse(String line, int from, int to) {
        byte[] text = line.getBytes(StandardCharsets.ISO_8859_1);
        int place = from;
        int at = 0;
        while (place < to) {
            while (at < text.length && text[at] == ' ') {
                at++;
            }
            if (at == text.length) {
                return;
            }
            int end = at;
            long value = 0;
            boolean hasOnlyDigits = true;
            while (end < text.length && text[end] != ' ') {
                int digit = text[end++] - '0';
                hasOnlyDigits &= digit >= 0 && digit <= 9;
                value = 10 * value + digit;
            }
            values[place++] = hasOnlyDigits
                    ? value
                    : ProcNet.number(new String(text, at, end - at, StandardCharsets.ISO_8859_1));
            at = end;
        }
    }
}
