package dev.netchurn.loadgen.cli;

import dev.netchurn.clock.DurationText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say where results go and what is shown. */
final class OutputOptions {

    static final int DEFAULT_METRICS_PORT = 9464;

    @Option(names = "--out", paramLabel = "DIR", description = "Result folder. Default: netchurn-results/TIME-NAME.")
    private @Nullable Path out;

    @Option(names = "--json", paramLabel = "FILE|-",
            description = "Also write result.json there; - = standard output and nothing else on it.")
    private @Nullable String json;

    @Option(names = "--metrics", paramLabel = "ADDR:PORT|off",
            description = "Prometheus endpoint. Default: 127.0.0.1:9464, or the next free port.")
    private @Nullable String metrics;

    @Option(names = "--metrics-linger", paramLabel = "D", defaultValue = "0s",
            description = "How long the endpoint stays after the end. Default: ${DEFAULT-VALUE}.")
    private String metricsLinger = "";

    @Option(names = "--no-tui", description = "Plain progress lines also on a terminal.")
    private boolean noTui;

    @Option(names = "--quiet", description = "No progress and no summary; only errors, and --json.")
    private boolean quiet;

    /** Reads every value once, so that a mistake is told before anything starts. */
    void check() {
        if (!isMetricsOff()) {
            metricsAddress();
        }
        metricsLinger();
    }

    @Nullable Path folder() {
        return out;
    }

    /** Where result.json goes as well; null for nowhere. */
    @Nullable String json() {
        return json;
    }

    boolean isJsonOnStandardOutput() {
        return "-".equals(json);
    }

    boolean isMetricsOff() {
        return "off".equals(metrics);
    }

    /** Whether the port was chosen by the user and must be free. */
    boolean isMetricsGiven() {
        return metrics != null;
    }

    /** Where the Prometheus endpoint listens. */
    InetSocketAddress metricsAddress() {
        if (metrics == null) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_METRICS_PORT);
        }
        int colon = metrics.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("--metrics: '" + metrics + "' is not ADDR:PORT or off");
        }
        int port = (int) Flag.count("--metrics", metrics.substring(colon + 1), 0, 65535);
        InetSocketAddress address = new InetSocketAddress(metrics.substring(0, colon).replaceAll("[\\[\\]]", ""), port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("--metrics: '" + metrics + "' names no address of this machine");
        }
        return address;
    }

    Duration metricsLinger() {
        return Flag.read("--metrics-linger", metricsLinger, DurationText::parse);
    }

    boolean isPlain() {
        return noTui;
    }

    boolean isQuiet() {
        return quiet;
    }
}
