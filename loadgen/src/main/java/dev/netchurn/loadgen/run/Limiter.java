package dev.netchurn.loadgen.run;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kept a run from being faster, as far as its own figures tell.
 *
 * @param kind of limit
 * @param sentence what it was, with the figures that say so
 */
public record Limiter(Kind kind, String sentence) {

    /** What can limit a run. */
    public enum Kind {
        /** Nothing was established at all. */
        TARGET,
        LOCAL_PORTS,
        DESCRIPTORS,
        /** The threads that make lingering closes. */
        CLOSERS,
        ACCEPT_QUEUE,
        /** The open loop's schedule was met: nothing limited it. */
        SCHEDULE,
        CLIENT_CPU,
        SERVER_CPU,
        /** All processors of the machine together. */
        MACHINE_CPU,
        /** --max-in-flight in open loop. */
        IN_FLIGHT,
        /** --concurrency in closed loop. */
        CONCURRENCY,
        UNKNOWN
    }

    /** An event loop is not told apart from a saturated one above this share: polls and timers take the rest. */
    private static final double SATURATED = 0.85;
    private static final double MET = 0.99;

    /** Decides. The first that applies names the cause, because shortages show as idle processors further down. */
    public static Limiter of(RunResult result) {
        LedgerSummary ledger = result.ledger();
        if (ledger.established() == 0) {
            return new Limiter(Kind.TARGET, "the target: no connection was established");
        }
        Limiter shortage = shortage(result);
        if (shortage != null) {
            return shortage;
        }
        Double offered = result.rate().offeredPerSecond();
        if (offered != null && result.rate().achievedPerSecond() >= MET * offered) {
            return new Limiter(Kind.SCHEDULE, "nothing: the schedule was met, so a higher rate is possible");
        }
        if (result.verdict().reasons().stream().anyMatch(reason -> reason.check().equals("closers"))
                && result.closers() != null) {
            return new Limiter(Kind.CLOSERS, "the closers: all " + result.closers().size()
                    + " of them were waiting in close(2) while up to " + result.closers().queueMax() + " closes queued");
        }
        Limiter processors = processors(result);
        if (processors != null) {
            return processors;
        }
        if (offered != null) {
            return ledger.shed() > 0
                    ? new Limiter(Kind.IN_FLIGHT, "--max-in-flight: connections took so long that the bound was reached and "
                            + ledger.shed() + " arrivals were shed")
                    : new Limiter(Kind.UNKNOWN, "not known: the schedule was missed, but no processor was saturated");
        }
        Double concurrency = number(result.config().get("concurrency"));
        if (concurrency != null && ledger.inFlight().mean() >= 0.9 * concurrency) {
            return new Limiter(Kind.CONCURRENCY, "the concurrency of " + Math.round(concurrency)
                    + ": each connection was waited for while processors were idle");
        }
        return new Limiter(Kind.UNKNOWN, "not known: no processor was saturated and nothing ran out");
    }

    private static @Nullable Limiter shortage(RunResult result) {
        Map<String, Long> failed = result.ledger().failed();
        if (failed.getOrDefault("no_local_port", 0L) > 0) {
            return new Limiter(Kind.LOCAL_PORTS, "local ports: " + failed.get("no_local_port")
                    + " connections found none free towards the target");
        }
        if (failed.getOrDefault("no_descriptor", 0L) > 0) {
            return new Limiter(Kind.DESCRIPTORS, "descriptors: " + failed.get("no_descriptor") + " connections got none");
        }
        long overflows = result.counters().values().stream()
                .mapToLong(counters -> counters.getOrDefault("TcpExtListenOverflows", 0L)).sum();
        if (overflows > 0) {
            RunResult.ListenQueueSummary queue = result.listenQueue();
            String why = "no-accept".equals(result.config().get("server-close"))
                    ? "because the target never accepts"
                    : "so the target accepts more slowly than connections arrive";
            return new Limiter(Kind.ACCEPT_QUEUE, "the target's accept queue"
                    + (queue == null ? "" : " of " + queue.limit()) + ": it was full " + overflows + " times, " + why);
        }
        return null;
    }

    /** Cores used per thread that can use one; 0 when not known. */
    private static double load(@Nullable Double cores, @Nullable Double threads) {
        return cores == null || threads == null ? 0 : cores / threads;
    }

    private static @Nullable Limiter processors(RunResult result) {
        Double loops = number(result.config().get("loops"));
        Double acceptors = number(result.config().get("acceptors"));
        Double client = result.cpu().clientCores();
        Double server = result.cpu().serverCores();
        double clientLoad = load(client, loops);
        double serverLoad = load(server, acceptors);
        if (client != null && loops != null && clientLoad >= SATURATED && clientLoad >= serverLoad) {
            return new Limiter(Kind.CLIENT_CPU,
                    text("the client's CPU: its %s kept %.2f cores busy", "event loop", client, loops));
        }
        if (server != null && acceptors != null && serverLoad >= SATURATED) {
            return new Limiter(Kind.SERVER_CPU,
                    text("the target's CPU: its %s kept %.2f cores busy", "acceptor", server, acceptors));
        }
        double together = (client == null ? 0 : client) + (server == null ? 0 : server);
        if (together >= SATURATED * result.environment().cpus()) {
            return new Limiter(Kind.MACHINE_CPU, String.format(Locale.ROOT,
                    "the machine's CPU: client and target together kept %.2f of %d cores busy", together,
                    result.environment().cpus()));
        }
        return null;
    }

    private static String text(String form, String thread, double cores, double threads) {
        String many = threads == 1 ? "one " + thread : String.format(Locale.ROOT, "%.0f %ss", threads, thread);
        return String.format(Locale.ROOT, form, many, cores);
    }

    private static @Nullable Double number(@Nullable Object setting) {
        return switch (setting) {
            case Number number -> number.doubleValue();
            case String text -> CountText.parse(text);
            case null, default -> null;
        };
    }
}
