package dev.netchurn.server.cli;

import dev.netchurn.kernel.CounterMeaning;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpState;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Writes a sample as tables for a terminal: sockets per side and state, accept queues, counters with their meaning. Pure. */
final class WatchTable {

    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private final Set<Integer> ports;

    WatchTable(Set<Integer> ports) {
        this.ports = new TreeSet<>(ports);
    }

    /** The text of one interval; ends with a line break. */
    String of(WatchSample sample) {
        StringBuilder text = new StringBuilder();
        header(text, sample);
        sockets(text, sample.reading());
        queues(text, sample);
        counters(text, sample);
        return text.toString();
    }

    private void header(StringBuilder text, WatchSample sample) {
        KernelReading reading = sample.reading();
        line(text, "%s  ports %s  watched for %.0f s  reading cost %.2f ms of CPU%s",
                DateTimeFormatter.ISO_LOCAL_TIME.format(sample.at().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS))
                        + "Z",
                String.join(",", ports.stream().map(String::valueOf).toList()),
                sample.sinceStartNs() / NS_PER_SECOND,
                reading.costNs() / NS_PER_MS,
                age(reading));
    }

    /** Which numbers are not fresh. */
    private static String age(KernelReading reading) {
        String timeWait = reading.timeWaitFromSockstat() ? "  TIME_WAIT from sockstat" : "";
        return reading.walked()
                ? timeWait
                : timeWait + String.format(Locale.ROOT, "  other states as of %.1f s ago", reading.walkAgeNs() / NS_PER_SECOND);
    }

    private static void sockets(StringBuilder text, KernelReading reading) {
        line(text, "");
        line(text, "%-7s %-12s %9s", "SIDE", "STATE", "SOCKETS");
        int rows = 0;
        for (Side side : Side.values()) {
            SocketCensus census = reading.side(side);
            for (TcpState state : census.sockets().keySet()) {
                line(text, "%-7s %-12s %9d%s", side.text(), state, census.in(state), remark(census, state));
                rows++;
            }
        }
        if (rows == 0) {
            line(text, "(no socket on these ports)");
        }
    }

    private static String remark(SocketCensus census, TcpState state) {
        return state == TcpState.CLOSE_WAIT && census.unacceptedCloseWait() > 0
                ? "  (" + census.unacceptedCloseWait() + " of them never accepted)"
                : "";
    }

    private void queues(StringBuilder text, WatchSample sample) {
        line(text, "");
        line(text, "%-7s %9s %9s %9s", "PORT", "QUEUE", "LIMIT", "DROPS");
        for (int port : ports) {
            var queue = sample.listenQueues().get(port);
            if (queue == null) {
                line(text, "%-7d %s", port, "nobody listens");
            } else {
                line(text, "%-7d %9d %9d %9d%s", port, queue.length(), queue.limit(), queue.drops(),
                        queue.length() > queue.limit() ? "  full: further SYNs are dropped" : "");
            }
        }
    }

    private static void counters(StringBuilder text, WatchSample sample) {
        line(text, "");
        line(text, "%-28s %9s  %s", "COUNTER OF THE NAMESPACE", "SINCE", "MEANING");
        sample.moved().values().forEach((name, moved) -> CounterMeaning.of(name).filter(_ -> !CounterMeaning.isBackground(name))
                .ifPresent(meaning -> line(text, "%-28s %9d  %s", name, moved, meaning)));
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
