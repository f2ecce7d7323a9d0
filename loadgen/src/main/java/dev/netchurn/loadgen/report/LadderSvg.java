package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.lab.Call;
import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.Segment;
import dev.netchurn.loadgen.lab.StateChange;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ladder of a scene as SVG: the two ends as bars whose colour is their TCP state, a row for each segment and call, an arrow
 * from where a segment was sent to where it arrived. Rows are in the order of time and not to its scale; the times stand at the
 * left. Used by one thread.
 */
final class LadderSvg {

    private static final int MOST_ROWS = 80;
    private static final int WIDTH = 860;
    private static final int CLIENT = 230;
    private static final int SERVER = 700;
    private static final int BAR = 12;
    private static final int ROW = 30;
    private static final int TOP = 44;

    private final LabResult result;
    private final LabScene scene;
    private final TreeMap<Long, Double> rows = new TreeMap<>();
    private final double bottom;
    private final Html svg = new Html();

    LadderSvg(LabResult result) {
        this.result = result;
        scene = new LabScene(result);
        TreeSet<Long> instants = new TreeSet<>();
        segments().forEach(segment -> instants.add(segment.atNs()));
        calls().forEach(call -> instants.add(call.atNs()));
        double y = TOP;
        for (long atNs : instants) {
            rows.put(atNs, y);
            y += ROW;
        }
        bottom = y + 6;
    }

    /** The element; empty when nothing was captured. */
    String text() {
        if (result.segments().isEmpty()) {
            return "";
        }
        svg.open("svg", "viewBox", "0 0 " + WIDTH + " " + Math.round(bottom), "role", "img", "class", "ladder", "aria-label",
                "Ladder of " + result.name() + ": " + result.segments().size() + " segments; the table below holds them");
        label(CLIENT, 22, "middle", "head", "client");
        label(SERVER, 22, "middle", "head", "server");
        label(64, 22, "end", "time", scene.unit());
        lifeline("client", CLIENT);
        lifeline("server", SERVER);
        segments().forEach(this::segment);
        calls().forEach(this::call);
        return svg.close("svg").toString();
    }

    private Stream<Segment> segments() {
        return result.segments().stream().limit(MOST_ROWS);
    }

    private Stream<Call> calls() {
        long endNs = segments().mapToLong(Segment::atNs).max().orElse(0);
        return result.calls().stream().filter(call -> call.clientPort() != null
                && (result.segments().size() <= MOST_ROWS || call.atNs() <= endNs)).limit(MOST_ROWS);
    }

    /** The states of one connection colour the bar; those of several stand beside their segments. */
    private void lifeline(String side, int x) {
        rect(x, TOP - 10, bottom, "none", "no socket");
        if (scene.isMany()) {
            return;
        }
        List<StateChange> changes = scene.changes(side);
        for (int i = 0; i < changes.size(); i++) {
            StateChange change = changes.get(i);
            double from = y(change.atNs());
            double to = i + 1 < changes.size() ? y(changes.get(i + 1).atNs()) : bottom;
            if (!change.state().equals("CLOSED")) {
                rect(x, from, to, change.state(), change.state());
            }
            boolean atClient = side.equals("client");
            label(atClient ? x - BAR : x + BAR, from + 11, atClient ? "end" : "start", "state", change.state());
        }
    }

    private void segment(Segment segment) {
        boolean toServer = segment.from().equals("client");
        double from = y(segment.atNs()) + 4;
        double to = from + 12;
        double inset = BAR / 2.0 + 2;
        double startX = toServer ? CLIENT + inset : SERVER - inset;
        double endX = toServer ? SERVER - inset : CLIENT + inset;
        String tone = segment.dropped() ? "lost" : segment.retransmission() ? "again" : "sent";
        if (segment.dropped()) {
            endX = startX + 0.7 * (endX - startX);
            to = from + 8;
        }
        time(segment.atNs(), from + 6);
        svg.open("line", "x1", number(startX), "y1", number(from), "x2", number(endX), "y2", number(to), "class",
                "arrow " + tone,
                "marker-end", segment.dropped() ? "url(#cross)" : "url(#head)").close("line");
        label((CLIENT + SERVER) / 2.0, from + 1, "middle", "segment " + tone,
                scene.prefix(segment.clientPort()) + LadderText.label(segment) + (segment.dropped() ? ", lost" : ""));
        if (scene.isMany()) {
            beside(segment, toServer, from);
        }
    }

    private void beside(Segment segment, boolean toServer, double y) {
        String client = toServer ? segment.senderState() : segment.receiverState();
        String server = toServer ? segment.receiverState() : segment.senderState();
        label(CLIENT - BAR, y + 9, "end", "state", client == null ? "" : client);
        label(SERVER + BAR, y + 9, "start", "state", server == null ? "" : server);
    }

    private void call(Call call) {
        boolean atClient = call.side().equals("client");
        time(call.atNs(), y(call.atNs()) + 10);
        label(atClient ? CLIENT + BAR : SERVER - BAR, y(call.atNs()) + 10, atClient ? "start" : "end", "call",
                scene.prefix(call.clientPort()) + call.call() + (call.result().equals("0") ? "" : " = " + call.result()));
    }

    /** Rows are at their place; what happened between two of them lies between them. */
    private double y(long atNs) {
        Map.Entry<Long, Double> before = rows.floorEntry(atNs);
        Map.Entry<Long, Double> after = rows.ceilingEntry(atNs);
        if (before == null) {
            return TOP - 10;
        }
        if (after == null || after.getKey().equals(before.getKey())) {
            return before.getValue() + (after == null ? ROW / 2.0 : 0);
        }
        double share = (double) (atNs - before.getKey()) / (after.getKey() - before.getKey());
        return before.getValue() + 2 + share * (ROW - 4);
    }

    private void time(long atNs, double y) {
        label(64, y, "end", "time", scene.time(atNs));
    }

    private void rect(int middle, double from, double to, String state, String title) {
        svg.open("rect", "x", number(middle - BAR / 2.0), "y", number(from), "width", String.valueOf(BAR), "height",
                number(Math.max(1, to - from)), "style", "fill:var(--state-" + state + ",var(--line))")
                .element("title", title).close("rect");
    }

    private void label(double x, double y, String anchor, String style, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            svg.element("text", text, "x", number(x), "y", number(y), "text-anchor", anchor, "class", style);
        }
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
