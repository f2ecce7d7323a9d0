package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.lab.Call;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.Segment;
import dev.netchurn.loadgen.lab.StateChange;
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
    private static final int ROWS_AT_MOST = 60;

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
                .filter(call -> call.clientPort() != null).map(Call::atNs)).min(Comparator.naturalOrder()).orElse(0L);
        inSeconds = result.durationNs() >= 2_000_000_000L;
        arrow = COLUMNS - 2 - (isMany() ? CONNECTION : 0) - TIME - 2 - 2 * STATE - 2;
    }

    /** All lines, painted; none when nothing was captured. */
    List<String> lines() {
        if (result.segments().isEmpty()) {
            return List.of();
        }
        List<Row> rows = new ArrayList<>();
        result.segments().forEach(segment -> rows.add(new Row(segment.atNs(), segment(segment))));
        result.calls().stream().filter(call -> call.clientPort() != null)
                .forEach(call -> rows.add(new Row(call.atNs(), call(call))));
        result.states().stream().filter(change -> change.clientPort() != null && !isBesideASegment(change))
                .forEach(change -> rows.add(new Row(change.atNs(), state(change))));
        rows.sort(Comparator.comparingLong(Row::atNs));
        List<String> lines = new ArrayList<>();
        lines.add(header());
        rows.stream().limit(ROWS_AT_MOST).map(Row::text).map(String::stripTrailing).forEach(lines::add);
        if (rows.size() > ROWS_AT_MOST || result.omittedSegments() > 0) {
            lines.add(screen.paint(Ink.QUIET, "  … " + Math.max(0, rows.size() - ROWS_AT_MOST)
                    + " more rows; --json has up to 400 segments of this scene"));
        }
        return lines;
    }

    private boolean isMany() {
        return connections.size() > 1;
    }

    private String header() {
        String client = isMany() ? "client" : "client :" + connections.keySet().iterator().next();
        String server = "server :" + result.segments().getFirst().serverPort();
        String line = "  " + Page.left("", isMany() ? CONNECTION : 0) + Page.right(inSeconds ? "s" : "ms", TIME) + "  ";
        return line + screen.paint(Ink.STRONG, client) + " ".repeat(Math.max(1, COLUMNS - line.length() - client.length()
                - server.length())) + screen.paint(Ink.STRONG, server);
    }

    private String segment(Segment segment) {
        boolean toServer = segment.from().equals("client");
        String clientState = toServer ? segment.senderState() : segment.receiverState();
        String serverState = toServer ? segment.receiverState() : segment.senderState();
        return lead(segment.atNs(), segment.clientPort())
                + Page.left(shown(clientState), STATE) + " " + arrow(segment, toServer) + " "
                + Page.right(shown(serverState), STATE);
    }

    private String arrow(Segment segment, boolean toServer) {
        String label = " " + label(segment) + " ";
        int line = Math.max(2, arrow - label.length() - 3);
        String text = toServer
                ? "──" + label + "─".repeat(line) + (segment.dropped() ? "✗" : "▶")
                : (segment.dropped() ? "✗" : "◀") + "─".repeat(line) + label + "──";
        if (segment.dropped()) {
            return screen.paint(Ink.BAD, text);
        }
        return segment.retransmission() ? screen.paint(Ink.CAUTION, text) : text;
    }

    /** Flags and numbers, such as {@code FIN ACK seq=1 ack=1}. */
    static String label(Segment segment) {
        return String.join(" ", segment.flags()) + " seq=" + segment.seq()
                + (segment.ack() == null ? "" : " ack=" + segment.ack())
                + (segment.length() == 0 ? "" : " len=" + segment.length())
                + (segment.retransmission() ? " again" : "");
    }

    private String call(Call call) {
        String text = call.call() + (call.result().equals("0") ? "" : " = " + call.result());
        return lead(call.atNs(), call.clientPort()) + screen.paint(Ink.QUIET, atSide(call.side(), text));
    }

    private String state(StateChange change) {
        return lead(change.atNs(), change.clientPort()) + atSide(change.side(), change.state());
    }

    private String atSide(String side, String text) {
        return side.equals("client") ? text : Page.right(text, 2 * STATE + 2 + arrow);
    }

    private String lead(long atNs, @Nullable Integer clientPort) {
        double time = (atNs - startNs) / (inSeconds ? 1e9 : 1e6);
        String connection = isMany() && clientPort != null ? "#" + connections.get(clientPort) : "";
        return "  " + (isMany() ? Page.left(connection, CONNECTION) : "")
                + Page.right(String.format(Locale.ROOT, inSeconds ? "%.3f" : "%.2f", time), TIME) + "  ";
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
