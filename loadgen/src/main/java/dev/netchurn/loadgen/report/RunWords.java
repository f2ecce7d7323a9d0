package dev.netchurn.loadgen.report;

import dev.netchurn.loadgen.run.RunResult;
import dev.netchurn.terminal.Figures;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** A run in words that the terminal and the page share. */
final class RunWords {

    private static final DateTimeFormatter STARTED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RunWords() {
    }

    /** What was run, such as {@code veth, closed loop of 64, close graceful, server after-client, 10s}. */
    static String title(RunResult result) {
        Map<String, Object> config = result.config();
        StringJoiner what = new StringJoiner(", ");
        what.add(result.environment().topology());
        if (config.containsKey("target")) {
            what.add("target " + String.valueOf(config.get("target")).replaceAll("[\\[\\]]", ""));
        }
        if (config.containsKey("target-command")) {
            what.add("'" + config.get("target-command") + "' on port " + config.get("target-port"));
        }
        Double offered = result.rate().offeredPerSecond();
        what.add(offered != null
                ? "open loop at " + Figures.shortRate(offered)
                : "closed loop of " + config.getOrDefault("concurrency", "?"));
        what.add("close " + config.getOrDefault("close", "?"));
        if (config.containsKey("server-close")) {
            what.add("server " + config.get("server-close"));
        }
        if (!"none".equals(config.getOrDefault("exchange", "none"))) {
            what.add(String.valueOf(config.get("exchange")));
        }
        if (config.containsKey("payload")) {
            what.add("payload '" + config.get("payload") + "'");
        }
        if (config.containsKey("expect")) {
            what.add("expect '" + config.get("expect") + "'");
        }
        what.add(config.containsKey("connections")
                ? config.get("connections") + " connections"
                : String.valueOf(config.getOrDefault("duration", "?")));
        return what.toString();
    }

    /** When it began, to the second, such as {@code 2026-03-01 12:00:00 UTC}; as it stands where it is no such time. */
    static String started(RunResult result) {
        try {
            return STARTED.format(Instant.parse(result.startedAt()));
        } catch (DateTimeParseException _) {
            return result.startedAt();
        }
    }

    /** What a verdict means, in a few words. */
    static String meaning(RunResult result) {
        return switch (result.verdict().status()) {
            case VALID -> "every check was met" + agreement(result.books());
            case DEGRADED -> "usable, with this in mind:";
            case INVALID -> "do not use these numbers:";
            case INTERRUPTED -> "stopped by a signal; the numbers end there";
        };
    }

    private static String agreement(RunResult.Books books) {
        if (!Boolean.TRUE.equals(books.agree())) {
            return "";
        }
        return books.accepted() == null ? ", and both books agree" : ", and the three books agree";
    }

    /** What the topology does not reproduce. */
    static String leftOut(RunResult result) {
        return switch (result.environment().topology()) {
            case "veth" -> "a network card and its interrupts, packet loss, conntrack, queueing disciplines,"
                    + " and the machine-wide memory limits (tcp_mem, tcp_max_orphans)";
            case "loopback" -> "a network card, packet loss, conntrack, queueing disciplines, machine-wide memory limits;"
                    + " and on loopback the kernel reuses TIME_WAIT after 1 s, elsewhere it does not";
            default -> "nothing is left out on the host's network, but others share its sockets, counters and limits";
        };
    }
}
