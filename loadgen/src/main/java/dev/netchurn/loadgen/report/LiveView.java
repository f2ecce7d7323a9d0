package dev.netchurn.loadgen.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A few lines on a terminal, redrawn in place at each interval (ECMA-48: cursor up, erase in line). Lines are cut to the width,
 * because a line that wraps would leave its tail behind. Owned by one thread.
 */
public final class LiveView implements Progress {

    private static final String ERASE_LINE = "\u001b[2K";
    private static final String ERASE_BELOW = "\u001b[J";

    private final PrintWriter terminal;
    private final Screen screen;
    private int drawn;

    /**
     * @param terminal to draw on, usually standard error; not closed
     * @param screen what that terminal can show
     */
    public LiveView(PrintWriter terminal, Screen screen) {
        this.terminal = terminal;
        this.screen = screen;
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
        List<String> lines = new ArrayList<>();
        lines.add(line(FrameText.phase(frame.interval().phase()), FrameText.progress(frame), null));
        lines.add(line("rate", FrameText.rate(frame), Ink.STRONG));
        lines.add(line("connect", FrameText.connect(frame.interval()), null));
        lines.add(line("client", FrameText.census(frame.interval(), "client", FrameText.GAP), null));
        lines.add(line("server", FrameText.census(frame.interval(), "server", FrameText.GAP), null));
        lines.add(line("counters", FrameText.counters(frame.interval(), FrameText.GAP),
                FrameText.hasTrouble(frame.interval()) ? Ink.BAD : null));
        lines.add(line("failures", FrameText.failures(frame, FrameText.GAP), FrameText.hasFailures(frame) ? Ink.BAD : null));
        return lines;
    }

    private String line(String label, String value, @Nullable Ink ink) {
        String margin = Page.left(label, 10);
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
