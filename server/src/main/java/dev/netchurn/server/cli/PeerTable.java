package dev.netchurn.server.cli;

import dev.netchurn.kernel.LocalPorts;
import dev.netchurn.terminal.Lines;
import dev.netchurn.terminal.Screen;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Writes what is left towards upstreams as tables for a terminal. Pure. */
final class PeerTable {

    private static final String DESTINATION = "DESTINATION";
    private static final String LEFT = "LOCAL PORTS TOWARDS";
    private static final int SOCKETS_DESTINATION = 28;
    private static final int LEFT_DESTINATION = 36;
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private final List<Peer> peers;

    PeerTable(List<Peer> peers) {
        this.peers = List.copyOf(peers);
    }

    /** The text of one interval; ends with a line break. */
    String of(PeerSample sample) {
        return text(sample, SOCKETS_DESTINATION, LEFT_DESTINATION);
    }

    private String text(PeerSample sample, int socketsDestination, int leftDestination) {
        StringBuilder text = new StringBuilder();
        line(text, "%sZ  peer %s  watched for %.0f s  reading cost %.2f ms of CPU",
                DateTimeFormatter.ISO_LOCAL_TIME.format(sample.at().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)),
                String.join(", ", peers.stream().map(Peer::text).toList()), sample.sinceStartNs() / NS_PER_SECOND,
                sample.costNs() / NS_PER_MS);
        ports(text, sample.ports());
        sockets(text, sample, socketsDestination);
        left(text, sample, leftDestination);
        return text.toString();
    }

    /** The same for a terminal: columns no wider than they need be, and sentences that do not fit go on below. */
    List<String> lines(PeerSample sample, Screen screen) {
        int width = sample.rows().stream().mapToInt(row -> row.destination().text().length()).max().orElse(0);
        return text(sample, Math.max(width, DESTINATION.length()), Math.max(width, LEFT.length())).lines()
                .flatMap(line -> Lines.fit(line, screen.columns() - 1).stream())
                .map(line -> screen.cut(screen.shown(line))).toList();
    }

    private static void ports(StringBuilder text, LocalPorts ports) {
        line(text, "ip_local_port_range %d-%d, %d of them reserved: %d ports for each destination and local address",
                ports.low(),
                ports.high(), ports.reserved(), ports.usable().cardinality());
        line(text, "tcp_tw_reuse %d: connect() %s", ports.timeWaitReuse(), switch (ports.timeWaitReuse()) {
            case 1 -> "takes a port again that has been in TIME_WAIT for a second";
            case 2 -> "takes a port again that has been in TIME_WAIT for a second, on loopback only";
            default -> "takes no port that is in TIME_WAIT";
        });
    }

    private static void sockets(StringBuilder text, PeerSample sample, int width) {
        line(text, "");
        line(text, "%-7s %s %-12s %9s", "SIDE", Lines.left(DESTINATION, width), "STATE", "SOCKETS");
        for (PeerSample.Row row : sample.rows()) {
            row.usage().sockets().forEach((state, count) -> line(text, "%-7s %s %-12s %9d", "client",
                    Lines.left(row.destination().text(), width), state, count));
        }
        if (sample.rows().stream().allMatch(row -> row.usage().sockets().isEmpty())) {
            line(text, "(no connection)");
        }
    }

    private static void left(StringBuilder text, PeerSample sample, int width) {
        line(text, "");
        line(text, "%s %9s %9s %9s  %s", Lines.left(LEFT, width), "IN USE", "LEFT", "GROWTH/S", "RUN OUT IN");
        for (PeerSample.Row row : sample.rows()) {
            Double growth = row.forecast().growthPerSecond();
            line(text, "%s %9d %9d %9s  %s", Lines.left(row.destination().text(), width), row.usage().portsInUse(),
                    row.usage().portsLeft(),
                    growth == null ? "–" : String.format(Locale.ROOT, "%.1f", growth), row.forecast().text());
        }
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
