package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Ledger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.data.Offset;

/**
 * One row of the matrix: what must be seen, each number as a multiple of the connections. What a row does not name is 0, but
 * for a few RSTs that answer a late acknowledgement, and segments that a busy machine sends twice.
 */
record ClosePairExpectation(
        String clientClose, String serverClose, Map<String, Range> clientStates, Map<String, Range> serverStates,
        Map<String, Range> clientCounters, Map<String, Range> serverCounters, Range segments, Map<String, Range> closes) {

    private static final List<String> COUNTERS = List.of("TcpExtTW", "TcpExtTCPAbortOnData", "TcpExtTCPAbortOnClose",
            "TcpExtTCPAbortOnLinger", "TcpExtTCPAbortOnTimeout", "TcpEstabResets", "TcpOutRsts", "TcpRetransSegs");
    /** So many of the connections on a busy machine. */
    private static final double STRAY = 0.25;
    /**
     * The two namespaces are read one after the other, and a last segment may pass between; and two processors that take the
     * same third ACK, once repeated, each count a passive open of which one comes to nothing (net/ipv4/tcp_minisocks.c).
     */
    static final Offset<Long> BUSY = Offset.offset(2L);

    /** A number of connections, or a multiple of it. */
    record Range(double low, double high) {
        static Range parse(String text) {
            String[] ends = text.split("\\.\\.", -1);
            return new Range(Double.parseDouble(ends[0]), Double.parseDouble(ends[ends.length - 1]));
        }

        boolean holds(double share) {
            return share >= low && share <= high;
        }
    }

    /** Reads eight columns that are parted by bars. */
    static ClosePairExpectation parse(String row) {
        String[] columns = row.strip().split("\\s*\\|\\s*", -1);
        return new ClosePairExpectation(columns[0], columns[1], ranges(columns[2], ""), ranges(columns[3], ""),
                ranges(columns[4], "Tcp"), ranges(columns[5], "Tcp"), Range.parse(columns[6]), ranges(columns[7], ""));
    }

    private static Map<String, Range> ranges(String column, String prefix) {
        Map<String, Range> ranges = new LinkedHashMap<>();
        if (!column.equals("-")) {
            for (String part : column.split(" +")) {
                String[] ends = part.split("=", -1);
                ranges.put(prefix + ends[0], Range.parse(ends[1]));
            }
        }
        return ranges;
    }

    boolean statesHold(SocketCensus client, SocketCensus server, int n) {
        return states(client, clientStates, n) && states(server, serverStates, n);
    }

    private static boolean states(SocketCensus census, Map<String, Range> expected, int n) {
        Set<String> names = new TreeSet<>(expected.keySet());
        census.sockets().keySet().stream().filter(state -> state != TcpState.LISTEN).map(Enum::name).forEach(names::add);
        return names.stream().allMatch(name -> expected.getOrDefault(name, new Range(0, 0))
                .holds((double) census.in(TcpState.valueOf(name)) / n));
    }

    void checkCounters(TcpCounters client, TcpCounters server, int n) {
        // An RST that overtakes the third ACK, because the client's thread has changed its processor, ends the request.
        double embryonic = (double) server.get("TcpExtEmbryonicRsts") / n;
        counters("client", client, clientCounters, n, 0);
        counters("server", server, serverCounters, n, embryonic);
        double sent = (double) (client.get("TcpOutSegs") + server.get("TcpOutSegs")) / n;
        assertThat(sent).as("segments per connection").isBetween(segments.low() - embryonic, segments.high() + STRAY);
        assertThat(server.get("TcpInSegs")).as("what the client sent arrives").isCloseTo(client.get("TcpOutSegs"), BUSY);
        assertThat(client.get("TcpInSegs")).as("what the server sent arrives").isCloseTo(server.get("TcpOutSegs"), BUSY);
        assertThat(client.get("TcpActiveOpens")).as("active opens").isEqualTo(n);
        assertThat(server.get("TcpPassiveOpens") + server.get("TcpExtEmbryonicRsts")).as("passive opens").isCloseTo((long) n,
                BUSY);
    }

    private static void counters(String side, TcpCounters moved, Map<String, Range> expected, int n, double missing) {
        for (String counter : COUNTERS) {
            Range range = expected.getOrDefault(counter, new Range(0, 0));
            double stray = counter.equals("TcpOutRsts") || counter.equals("TcpRetransSegs") ? STRAY : 0;
            assertThat((double) moved.get(counter) / n).as(side + " " + counter).isBetween(range.low() - missing,
                    range.high() + stray);
        }
    }

    void checkCloses(Ledger ledger, int n) {
        for (CloseOutcome outcome : CloseOutcome.values()) {
            Range range = closes.getOrDefault(outcome.text(), new Range(0, 0));
            assertThat((double) ledger.of(outcome) / n).as(outcome.text()).isBetween(range.low(), range.high());
        }
    }

    String pair() {
        return String.format(Locale.ROOT, "%s × %s", clientClose, serverClose);
    }
}
