package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.RunInterval;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import java.io.PrintWriter;

/** One line per interval, for files, pipes and continuous integration. Owned by one thread. */
public final class PlainProgress implements Progress {

    private final PrintWriter writer;
    private final Screen screen;

    /**
     * @param writer to print to, usually standard error; not closed
     * @param screen whether more than ASCII can be shown; lines are not cut
     */
    public PlainProgress(PrintWriter writer, Screen screen) {
        this.writer = writer;
        this.screen = screen;
    }

    @Override
    public void show(LiveFrame frame) {
        RunInterval interval = frame.interval();
        StringBuilder line = new StringBuilder(Lines.left(FrameText.phase(interval.phase()), 8))
                .append(Lines.right(Figures.time(interval.startNs() + interval.durationNs()), 8))
                .append(Lines.right(Figures.rate(interval.rate()), 12))
                .append("  connect p50 ").append(Lines.left(Figures.time(interval.connectP50Ns()), 7))
                .append("  p99 ").append(Lines.left(Figures.time(interval.connectP99Ns()), 7))
                .append("  in flight ").append(Lines.left(Figures.count(frame.inFlight()), 6))
                .append("  client ").append(FrameText.census(interval, "client", ", "))
                .append("  server ").append(FrameText.census(interval, "server", ", "));
        if (FrameText.hasTrouble(interval)) {
            line.append("  counters ").append(FrameText.counters(interval, ", "));
        }
        if (FrameText.hasFailures(frame)) {
            line.append("  failures ").append(FrameText.failures(frame, ", "));
        }
        writer.println(screen.shown(line.toString().stripTrailing()));
        writer.flush();
    }

    @Override
    public void close() {
        writer.flush();
    }
}
