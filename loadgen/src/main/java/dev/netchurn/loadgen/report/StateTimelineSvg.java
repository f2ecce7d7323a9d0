package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.lab.LabResult;
import dev.netchurn.loadgen.lab.StateChange;
import java.util.List;

/** The TCP states of both ends over time, to scale, as SVG: a lane per connection and side. Used by one thread. */
final class StateTimelineSvg {

    private static final int WIDTH = 860;
    private static final int LEFT = 84;
    private static final int LANE = 30;
    private static final int MOST_CONNECTIONS = 8;
    private static final int TICKS = 5;
    /** A name of nine letters needs so much. */
    private static final double LETTER = 7.2;

    private final LabResult result;
    private final LabScene scene;
    private final long endNs;
    private final Html svg = new Html();

    StateTimelineSvg(LabResult result) {
        this.result = result;
        scene = new LabScene(result);
        endNs = Math.max(result.durationNs(), result.states().stream().mapToLong(StateChange::atNs).max().orElse(0));
    }

    /** The element; empty when no state was seen. */
    String text() {
        List<Integer> shown = scene.connections().stream().limit(MOST_CONNECTIONS).toList();
        if (shown.isEmpty() || result.states().isEmpty() || endNs <= scene.startNs()) {
            return "";
        }
        int height = 2 * LANE * shown.size() + 28;
        svg.open("svg", "viewBox", "0 0 " + WIDTH + " " + height, "role", "img", "class", "states", "aria-label",
                "States of both ends of " + result.name() + " over time");
        int y = 4;
        for (int port : shown) {
            for (String side : List.of("client", "server")) {
                lane(side, port, y);
                y += LANE;
            }
        }
        axis(y);
        return svg.close("svg").toString();
    }

    private void lane(String side, int clientPort, int y) {
        text(LEFT - 8, y + 17, "end", "state", scene.prefix(clientPort) + side);
        List<StateChange> changes = scene.changes(side, clientPort);
        for (int i = 0; i < changes.size(); i++) {
            StateChange change = changes.get(i);
            double from = x(change.atNs());
            double to = i + 1 < changes.size() ? x(changes.get(i + 1).atNs()) : WIDTH - 4.0;
            if (change.state().equals("CLOSED")) {
                continue;
            }
            svg.open("rect", "x", LadderSvg.number(from), "y", String.valueOf(y), "width",
                    LadderSvg.number(Math.max(1.5, to - from)), "height", String.valueOf(LANE - 6), "style",
                    "fill:var(--state-" + change.state() + ")")
                    .element("title", change.state() + " from " + scene.time(change.atNs()) + " " + scene.unit()).close("rect");
            if (to - from > LETTER * change.state().length()) {
                text((from + to) / 2, y + 16, "middle", "inside on-" + change.state(), change.state());
            }
        }
    }

    private void axis(int y) {
        for (int i = 0; i <= TICKS; i++) {
            long atNs = scene.startNs() + (endNs - scene.startNs()) * i / TICKS;
            text(x(atNs), y + 14, i == TICKS ? "end" : "middle", "time",
                    scene.time(atNs) + (i == TICKS ? " " + scene.unit() : ""));
        }
    }

    private double x(long atNs) {
        return LEFT + (WIDTH - 4.0 - LEFT) * Math.clamp((double) (atNs - scene.startNs()) / (endNs - scene.startNs()), 0, 1);
    }

    private void text(double x, double y, String anchor, String style, String text) {
        svg.element("text", text, "x", LadderSvg.number(x), "y", LadderSvg.number(y), "text-anchor", anchor, "class", style);
    }
}
