package dev.netchurn.server.cli;

import dev.netchurn.kernel.LocalPorts;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Writes what is left towards upstreams as tables for a terminal. Pure. */
final class PeerTable {

    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private final List<Peer> peers;

    PeerTable(List<Peer> peers) {
        this.peers = List.copyOf(peers);
    }

    /** The text of one interval; ends with a line break. */
    String of(PeerSample sample) {
        StringBuilder text = new StringBuilder();
        line(text, "%sZ  peer %s  watched for %.0f s  reading cost %.2f ms of CPU",
                DateTimeFormatter.ISO_LOCAL_TIME.format(sample.at().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS)),
                String.join(", ", peers.stream().map(Peer::text).toList()), sample.sinceStartNs() / NS_PER_SECOND,
                sample.costNs() / NS_PER_MS);
        ports(text, sample.ports());
        sockets(text, sample);
        left(text, sample);
        return text.toString();
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

    private static void sockets(StringBuilder text, PeerSample sample) {
        line(text, "");
        line(text, "%-7s %-28s %-12s %9s", "SIDE", "DESTINATION", "STATE", "SOCKETS");
        for (PeerSample.Row row : sample.rows()) {
            row.usage().sockets().forEach((state, count) -> line(text, "%-7s %-28s %-12s %9d", "client",
                    row.destination().text(), state, count));
        }
        if (sample.rows().stream().allMatch(row -> row.usage().sockets().isEmpty())) {
            line(text, "(no connection)");
        }
    }

    private static void left(StringBuilder text, PeerSample sample) {
        line(text, "");
        line(text, "%-36s %9s %9s %9s  %s", "LOCAL PORTS TOWARDS", "IN USE", "LEFT", "GROWTH/S", "RUN OUT IN");
        for (PeerSample.Row row : sample.rows()) {
            Double growth = row.forecast().growthPerSecond();
            line(text, "%-36s %9d %9d %9s  %s", row.destination().text(), row.usage().portsInUse(), row.usage().portsLeft(),
                    growth == null ? "–" : String.format(Locale.ROOT, "%.1f", growth), row.forecast().text());
        }
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
