package dev.netchurn.loadgen.report;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.run.RunInterval;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import dev.netchurn.terminal.Sparkline;
import dev.netchurn.terminal.StateBars;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A few lines on a terminal, redrawn in place at each interval (ECMA-48: cursor up, erase in line). Lines are cut to the width,
 * because a line that wraps would leave its tail behind. Owned by one thread.
 */
public final class LiveView implements Progress {

    private static final String ERASE_LINE = "\u001b[2K";
    private static final String ERASE_BELOW = "\u001b[J";

    private static final int MARGIN = 10;
    /** Room of a value left of its columns, and of the time that these span right of them. */
    private static final int VALUE = 29;
    private static final int SPAN = 6;
    private static final int LEAST_COLUMNS = 10;
    private static final int MOST_COLUMNS = 60;
    private static final long MINUTE_NS = 60_000_000_000L;
    /** Lines that are not those of the states, and the one that the cursor stands in. */
    private static final int OTHER_LINES = 8;

    private final PrintWriter terminal;
    private final Screen screen;
    private final StateBars bars;
    private final Deque<RunInterval> lastMinute = new ArrayDeque<>();
    private int drawn;

    /**
     * @param terminal to draw on, usually standard error; not closed
     * @param screen what that terminal can show
     */
    public LiveView(PrintWriter terminal, Screen screen) {
        this.terminal = terminal;
        this.screen = screen;
        bars = new StateBars(screen.columns() - 1 - MARGIN);
    }

    @Override
    public void show(LiveFrame frame) {
        List<String> lines = lines(frame);
        StringBuilder text = new StringBuilder(drawn == 0 ? "" : up(drawn));
        lines.forEach(line -> text.append('\r').append(ERASE_LINE).append(line).append('\n'));
        terminal.print(text.append(ERASE_BELOW));
        terminal.flush();
        drawn = lines.size();
    }

    /** Erases what was drawn, so that the summary takes its place. */
    @Override
    public void close() {
        if (drawn > 0) {
            terminal.print(up(drawn) + "\r" + ERASE_BELOW);
            terminal.flush();
            drawn = 0;
        }
    }

    private List<String> lines(LiveFrame frame) {
        RunInterval interval = frame.interval();
        remember(interval);
        List<String> lines = new ArrayList<>();
        lines.add(line(FrameText.phase(interval.phase()), FrameText.progress(frame), null));
        lines.add(drawn("rate", FrameText.rate(frame), RunInterval::rate));
        lines.add(drawn("connect", FrameText.connect(interval), LiveView::p99));
        lines.add(line("", FrameText.connections(frame), null));
        lines.add(line("sockets", bars.heading(FrameText.walked(interval)), Ink.QUIET));
        List<String> states = bars.rows(interval.census());
        states.stream().limit(rowsForStates()).forEach(row -> lines.add(line("", row, null)));
        lines.add(line("counters", FrameText.counters(interval, FrameText.GAP),
                FrameText.hasTrouble(interval) ? Ink.BAD : null));
        lines.add(line("failures", FrameText.failures(frame, FrameText.GAP), FrameText.hasFailures(frame) ? Ink.BAD : null));
        return lines;
    }

    private void remember(RunInterval interval) {
        lastMinute.addLast(interval);
        long endNs = interval.startNs() + interval.durationNs();
        while (lastMinute.getFirst().startNs() < endNs - MINUTE_NS) {
            lastMinute.removeFirst();
        }
    }

    /** A value with its last minute beside it, as far as there is room. */
    private String drawn(String label, String value, Function<RunInterval, @Nullable Double> figure) {
        int room = Math.min(MOST_COLUMNS, screen.columns() - 1 - MARGIN - VALUE - SPAN);
        if (room < LEAST_COLUMNS) {
            return line(label, value, Ink.STRONG);
        }
        List<@Nullable Double> values = new ArrayList<>();
        lastMinute.forEach(interval -> values.add(figure.apply(interval)));
        List<RunInterval> shown = lastMinute.stream().skip(Math.max(0, lastMinute.size() - room)).toList();
        long spanNs = shown.getLast().startNs() + shown.getLast().durationNs() - shown.getFirst().startNs();
        return screen.paint(Ink.QUIET, Lines.left(label, MARGIN))
                + screen.paint(Ink.STRONG, screen.shown(Lines.left(value, VALUE)))
                + screen.shown(Sparkline.of(values, room)) + screen.paint(Ink.QUIET, "  " + Math.round(spanNs / 1e9) + " s");
    }

    private static @Nullable Double p99(RunInterval interval) {
        return interval.connectP99Ns() == null ? null : Double.valueOf(interval.connectP99Ns());
    }

    /** What scrolls off the screen cannot be drawn over. */
    private int rowsForStates() {
        return screen.rows() == 0 ? TcpState.values().length : Math.max(1, screen.rows() - OTHER_LINES);
    }

    private String line(String label, String value, @Nullable Ink ink) {
        String margin = Lines.left(label, MARGIN);
        String cut = screen.cut(screen.shown(margin + value));
        if (cut.length() <= margin.length() || ink == null) {
            return cut.length() < margin.length() ? cut : screen.paint(Ink.QUIET, margin) + cut.substring(margin.length());
        }
        return screen.paint(Ink.QUIET, margin) + screen.paint(ink, cut.substring(margin.length()));
    }

    private static String up(int lines) {
        return "\u001b[" + lines + "A";
    }
}
