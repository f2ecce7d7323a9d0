package dev.netchurn.server.cli;

import static java.util.Objects.requireNonNull;

import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.terminal.Figures;
import dev.netchurn.terminal.Ink;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import dev.netchurn.terminal.Sparkline;
import dev.netchurn.terminal.StateBars;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A watch as lines that fit a terminal: new connections of the last minute, sockets as bars, accept queues, counters. Red is
 * what goes wrong now, yellow what went wrong since the watch began. Remembers a minute; used by one thread.
 */
final class WatchView {

    private static final int MARGIN = 10;
    private static final int VALUE = 14;
    /** Room of the time that a sparkline spans. */
    private static final int SPAN = 6;
    private static final int MOST_COLUMNS = 60;
    private static final int PORT = 7;
    private static final int CELL = 10;
    private static final int LEAST_COLUMNS = 10;
    private static final int SMALLEST_BARS = 20;
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final double NS_PER_SECOND = 1e9;

    private final Set<Integer> ports;
    private final CloseWaitGrowth growth = new CloseWaitGrowth();
    private final Deque<Openings> lastMinute = new ArrayDeque<>();
    private @Nullable StateBars bars;
    private int barsWidth;
    private @Nullable WatchSample previous;

    /** New connections per second in the interval that ended then; null in the first, which has no earlier reading. */
    private record Openings(long endNs, @Nullable Double incoming, @Nullable Double outgoing) {
    }

    WatchView(Set<Integer> ports) {
        this.ports = new TreeSet<>(ports);
    }

    /** The lines of one interval, painted; none is as wide as the screen, and as many as it has rows but one. */
    List<String> of(WatchSample sample, Screen screen) {
        remember(sample);
        List<String> lines = new ArrayList<>();
        header(lines, sample, screen);
        opened(lines, screen);
        sockets(lines, sample.reading(), screen);
        queues(lines, sample, screen);
        int room = screen.rows() == 0 ? Integer.MAX_VALUE : screen.rows() - 1 - lines.size();
        lines.addAll(new CounterLines(screen, room).of(sample, previous));
        previous = sample;
        return lines;
    }

    private void remember(WatchSample sample) {
        growth.add(sample.reading());
        lastMinute.addLast(new Openings(sample.sinceStartNs(), perSecond(sample, "TcpPassiveOpens"),
                perSecond(sample, "TcpActiveOpens")));
        while (lastMinute.getFirst().endNs() < sample.sinceStartNs() - MINUTE_NS) {
            lastMinute.removeFirst();
        }
    }

    private @Nullable Double perSecond(WatchSample sample, String counter) {
        WatchSample before = previous;
        return before == null || sample.sinceStartNs() <= before.sinceStartNs()
                ? null
                : (sample.moved().get(counter) - before.moved().get(counter)) * NS_PER_SECOND
                        / (sample.sinceStartNs() - before.sinceStartNs());
    }

    private void header(List<String> lines, WatchSample sample, Screen screen) {
        KernelReading reading = sample.reading();
        String time = DateTimeFormatter.ISO_LOCAL_TIME.format(
                sample.at().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)) + "Z";
        StringBuilder text = new StringBuilder(ports.stream().map(String::valueOf).collect(Collectors.joining(", ")))
                .append(" · at ").append(time).append(", watched for ")
                .append(Math.round(sample.sinceStartNs() / NS_PER_SECOND))
                .append(" s · a reading costs ").append(Figures.time(reading.costNs())).append(" of CPU");
        if (reading.timeWaitFromSockstat()) {
            text.append(" · TIME_WAIT is from sockstat");
        }
        if (!reading.walked()) {
            text.append(" · other states are ").append(Figures.time(reading.walkAgeNs())).append(" old");
        }
        List<String> wrapped = Lines.wrap(text.toString(), screen.columns() - 1 - MARGIN);
        for (int i = 0; i < wrapped.size(); i++) {
            lines.add(cell(i > 0 ? "" : ports.size() == 1 ? "port" : "ports", wrapped.get(i), null, screen));
        }
    }

    private void opened(List<String> lines, Screen screen) {
        lines.add(drawn("incoming", Openings::incoming, screen));
        lines.add(drawn("outgoing", Openings::outgoing, screen));
    }

    /** A rate with its last minute beside it, as far as there is room. */
    private String drawn(String label, Function<Openings, @Nullable Double> rate, Screen screen) {
        List<@Nullable Double> rates = new ArrayList<>();
        lastMinute.forEach(openings -> rates.add(rate.apply(openings)));
        Double last = rates.getLast();
        String value = last == null ? Figures.NONE : Figures.rate(last);
        int room = Math.min(MOST_COLUMNS, screen.columns() - 1 - MARGIN - VALUE - SPAN);
        String start = screen.paint(Ink.QUIET, Lines.left(label, MARGIN))
                + screen.paint(Ink.STRONG, screen.shown(Lines.left(value, VALUE)));
        if (room < LEAST_COLUMNS || last == null) {
            return start.stripTrailing();
        }
        List<@Nullable Double> known = rates.subList(rates.getFirst() == null ? 1 : 0, rates.size());
        int shown = Math.min(room, known.size());
        List<Long> ends = lastMinute.stream().map(Openings::endNs).toList();
        long spanNs = ends.getLast() - ends.get(Math.max(0, ends.size() - 1 - shown));
        return start + screen.shown(Sparkline.of(known, room))
                + screen.paint(Ink.QUIET, "  " + Math.round(spanNs / NS_PER_SECOND) + " s");
    }

    private void sockets(List<String> lines, KernelReading reading, Screen screen) {
        StateBars drawn = bars(screen);
        Map<String, Map<TcpState, Long>> census = Map.of(
                Side.CLIENT.text(), reading.side(Side.CLIENT).sockets(), Side.SERVER.text(),
                reading.side(Side.SERVER).sockets());
        add(lines, "sockets", drawn.heading(""), Ink.QUIET, screen);
        Map<Side, String> growing = growth.bySide();
        for (String row : drawn.rows(census)) {
            boolean bad = row.startsWith(TcpState.CLOSE_WAIT.name()) && !growing.isEmpty();
            lines.add(cell("", row, bad ? Ink.BAD : null, screen));
        }
        growing.forEach(
                (side, sentence) -> add(lines, "", "CLOSE_WAIT of the " + side.text() + ": " + sentence, Ink.BAD, screen));
        long unaccepted = reading.side(Side.SERVER).unacceptedCloseWait();
        if (unaccepted > 0) {
            add(lines, "", Figures.count(unaccepted) + " in CLOSE_WAIT were never accepted", Ink.CAUTION, screen);
        }
    }

    private StateBars bars(Screen screen) {
        int width = Math.max(SMALLEST_BARS, screen.columns() - 1 - MARGIN);
        if (bars == null || width != barsWidth) {
            bars = new StateBars(width);
            barsWidth = width;
        }
        return requireNonNull(bars);
    }

    private void queues(List<String> lines, WatchSample sample, Screen screen) {
        lines.add(cell("accept()", queueRow("port", "queue", "limit", "drops"), Ink.QUIET, screen));
        for (int port : ports) {
            ListenQueue queue = sample.listenQueues().get(port);
            if (queue == null) {
                add(lines, "", Lines.left(String.valueOf(port), PORT) + "  nobody listens", Ink.CAUTION, screen);
            } else {
                add(lines, "", queueRow(String.valueOf(port), Figures.count(queue.length()), Figures.count(queue.limit()),
                        Figures.count(queue.drops())) + (isFull(queue) ? "  full: further SYNs are dropped" : ""),
                        ink(queue, port), screen);
            }
        }
    }

    private static String queueRow(String port, String length, String limit, String drops) {
        return Lines.left(port, PORT) + Lines.right(length, CELL) + Lines.right(limit, CELL) + Lines.right(drops, CELL);
    }

    private @Nullable Ink ink(ListenQueue queue, int port) {
        ListenQueue before = previous == null ? null : previous.listenQueues().get(port);
        boolean drops = before != null && queue.drops() > before.drops();
        return isFull(queue) || drops ? Ink.BAD : queue.drops() > 0 ? Ink.CAUTION : null;
    }

    private static boolean isFull(ListenQueue queue) {
        return queue.length() > queue.limit();
    }

    /** A text that may be longer than one line. */
    private static void add(List<String> lines, String label, String text, @Nullable Ink ink, Screen screen) {
        List<String> wrapped = Lines.fit(text, screen.columns() - 1 - MARGIN);
        lines.add(cell(label, wrapped.getFirst(), ink, screen));
        wrapped.stream().skip(1).forEach(line -> lines.add(cell("", line, ink, screen)));
    }

    private static String cell(String label, String text, @Nullable Ink ink, Screen screen) {
        String margin = Lines.left(label, MARGIN);
        String cut = screen.cut(screen.shown(margin + text)).substring(MARGIN);
        return screen.paint(Ink.QUIET, margin) + (ink == null ? cut : screen.paint(ink, cut));
    }
}
