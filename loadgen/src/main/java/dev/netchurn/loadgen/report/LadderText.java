package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.lab.Call;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.Segment;
import dev.netchurn.loadgen.lab.StateChange;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a scene as a ladder of {@value #COLUMNS} columns: time at the left, then the client's state, the segment with
 * an arrow, and the server's state; the calls of both applications stand between them. A state beside an arrow is the sender's
 * after sending and the receiver's after the arrival.
 */
final class LadderText {

    static final int COLUMNS = 80;
    private static final int TIME = 9;
    private static final int STATE = 12;
    private static final int CONNECTION = 4;
    /** Longer than a handshake over the slow wire. */
    private static final long LONG_CALL_NS = 40_000_000;
    /** Longer than any delay of the wire. */
    private static final long KEPT_BACK_NS = 100_000_000;
    private static final int FIRST_ROWS = 32;
    private static final int LAST_ROWS = 16;

    private final Screen screen;
    private final LabResult result;
    private final Map<Integer, Integer> connections = new LinkedHashMap<>();
    private final long startNs;
    private final boolean inSeconds;
    private final int arrow;

    /** One line, and when it happened. */
    private record Row(long atNs, String text) {
    }

    LadderText(Screen screen, LabResult result) {
        this.screen = screen;
        this.result = result;
        Stream.concat(result.segments().stream().map(Segment::clientPort),
                result.calls().stream().map(Call::clientPort).filter(Objects::nonNull))
                .forEach(port -> connections.putIfAbsent(port, connections.size() + 1));
        startNs = Stream.concat(result.segments().stream().map(Segment::atNs), result.calls().stream()
                .filter(LadderText::isTold).map(Call::atNs)).min(Comparator.naturalOrder()).orElse(0L);
        inSeconds = result.durationNs() >= 2_000_000_000L;
        arrow = COLUMNS - 2 - (isMany() ? CONNECTION : 0) - TIME - 2 - 2 * STATE - 2;
    }

    /** All lines, painted; none when nothing was captured. */
    List<String> lines() {
        if (result.segments().isEmpty()) {
            return List.of();
        }
        List<Row> rows = new ArrayList<>();
        result.segments().forEach(segment -> rows.addAll(segments(segment)));
        result.calls().stream().filter(LadderText::isTold)
                .forEach(call -> rows.addAll(calls(call)));
        result.states().stream().filter(change -> change.clientPort() != null && !isBesideASegment(change))
                .forEach(change -> rows.add(new Row(change.atNs(), state(change))));
        rows.sort(Comparator.comparingLong(Row::atNs));
        List<String> lines = new ArrayList<>();
        lines.add(header());
        if (rows.size() <= FIRST_ROWS + LAST_ROWS && result.omittedSegments() == 0) {
            rows.forEach(row -> lines.add(row.text().stripTrailing()));
            return lines;
        }
        int first = Math.min(FIRST_ROWS, rows.size());
        int last = Math.max(first, rows.size() - LAST_ROWS);
        rows.subList(0, first).forEach(row -> lines.add(row.text().stripTrailing()));
        lines.add(screen.paint(Ink.QUIET, "  … " + (last - first) + " rows left out; --json has "
                + (result.omittedSegments() == 0 ? "all segments" : "the first " + result.segments().size() + " segments")));
        rows.subList(last, rows.size()).forEach(row -> lines.add(row.text().stripTrailing()));
        return lines;
    }

    /** Preparations of a listener are not; what a socket without a connection was refused is. */
    private static boolean isTold(Call call) {
        return call.clientPort() != null || !call.result().equals("0");
    }

    private boolean isMany() {
        return connections.size() > 1;
    }

    private String header() {
        String client = isMany() ? "client" : "client :" + connections.keySet().iterator().next();
        String server = "server :" + result.segments().getFirst().serverPort();
        String line = "  " + Lines.left("", isMany() ? CONNECTION : 0) + Lines.right(inSeconds ? "s" : "ms", TIME) + "  ";
        return line + screen.paint(Ink.STRONG, client) + " ".repeat(Math.max(1, COLUMNS - line.length() - client.length()
                - server.length())) + screen.paint(Ink.STRONG, server);
    }

    /** One row as a rule; a segment that was kept back for long has a second where it arrives. */
    private List<Row> segments(Segment segment) {
        boolean toServer = segment.from().equals("client");
        if (segment.deliveredNs() == null || segment.deliveredNs() - segment.atNs() < KEPT_BACK_NS) {
            return List
                    .of(row(segment, segment.atNs(), arrow(segment, toServer), segment.senderState(), segment.receiverState()));
        }
        String begin = arrow(toServer, '…', numbers(segment));
        String end = arrow(toServer, toServer ? '▶' : '◀', numbers(segment) + " late");
        return List.of(row(segment, segment.atNs(), begin, segment.senderState(), ""),
                row(segment, segment.deliveredNs(), end, "", segment.receiverState()));
    }

    private Row row(Segment segment, long atNs, String arrowText, @Nullable String sender, @Nullable String receiver) {
        boolean toServer = segment.from().equals("client");
        return new Row(atNs, lead(atNs, segment.clientPort()) + Lines.left(shown(toServer ? sender : receiver), STATE) + " "
                + arrowText + " " + Lines.right(shown(toServer ? receiver : sender), STATE));
    }

    private String arrow(Segment segment, boolean toServer) {
        if (segment.dropped()) {
            return screen.paint(Ink.BAD, arrow(toServer, '✗', label(segment)));
        }
        String text = arrow(toServer, toServer ? '▶' : '◀', label(segment));
        return segment.retransmission() ? screen.paint(Ink.CAUTION, text) : text;
    }

    private String arrow(boolean toServer, char head, String text) {
        String label = " " + text + " ";
        String line = "─".repeat(Math.max(2, arrow - label.length() - 3));
        return toServer ? "──" + label + line + head : head + line + label + "──";
    }

    /** Flags and numbers, such as {@code FIN ACK seq=1 ack=1}, with {@code again} behind a repetition. */
    static String label(Segment segment) {
        return numbers(segment) + (segment.retransmission() ? " again" : "");
    }

    private static String numbers(Segment segment) {
        return String.join(" ", segment.flags()) + " seq=" + segment.seq()
                + (segment.ack() == null ? "" : " ack=" + segment.ack())
                + (segment.length() == 0 ? "" : " len=" + segment.length());
    }

    /** What waits for the other side is told when it returns; what takes long, when it begins and when it returns. */
    private List<Row> calls(Call call) {
        String result = call.result().equals("0") ? "" : " = " + call.result();
        long endNs = call.atNs() + call.tookNs();
        if (call.call().equals("recv()") || call.call().equals("accept()")) {
            return List.of(call(call, endNs, call.call() + result));
        }
        if (call.tookNs() < LONG_CALL_NS) {
            return List.of(call(call, call.atNs(), call.call() + result));
        }
        return List.of(call(call, call.atNs(), call.call()),
                call(call, endNs, call.call() + " = " + call.result() + " after " + Figures.time(call.tookNs())));
    }

    private Row call(Call call, long atNs, String text) {
        return new Row(atNs, lead(atNs, call.clientPort()) + screen.paint(Ink.QUIET, atSide(call.side(), text)));
    }

    private String state(StateChange change) {
        return lead(change.atNs(), change.clientPort()) + atSide(change.side(), change.state());
    }

    private String atSide(String side, String text) {
        return side.equals("client") ? text : Lines.right(text, 2 * STATE + 2 + arrow);
    }

    private String lead(long atNs, @Nullable Integer clientPort) {
        double time = (atNs - startNs) / (inSeconds ? 1e9 : 1e6);
        String connection = isMany() && clientPort != null ? "#" + connections.get(clientPort) : "";
        return "  " + (isMany() ? Lines.left(connection, CONNECTION) : "")
                + Lines.right(String.format(Locale.ROOT, inSeconds ? "%.3f" : "%.2f", time), TIME) + "  ";
    }

    /**
     * Whether a segment's row shows this change already: it was sent or delivered between the side's previous change and this
     * sighting, and its row names the new state.
     */
    private boolean isBesideASegment(StateChange change) {
        long previousNs = result.states().stream()
                .filter(other -> other.side().equals(change.side()) && Objects.equals(other.clientPort(), change.clientPort()))
                .mapToLong(StateChange::atNs).filter(atNs -> atNs < change.atNs()).max().orElse(Long.MIN_VALUE);
        return result.segments().stream()
                .filter(segment -> Objects.equals(segment.clientPort(), change.clientPort()))
                .anyMatch(segment -> {
                    boolean sent = segment.from().equals(change.side());
                    Long eventNs = sent ? (Long) segment.atNs() : segment.deliveredNs();
                    return eventNs != null && eventNs > previousNs && eventNs <= change.atNs()
                            && change.state().equals(sent ? segment.senderState() : segment.receiverState());
                });
    }

    private static String shown(@Nullable String state) {
        return state == null ? "" : state;
    }
}
