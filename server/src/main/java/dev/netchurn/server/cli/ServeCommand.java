package dev.netchurn.server.cli;

import static java.util.Objects.requireNonNull;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.linux.ThisProcess;
import dev.netchurn.metrics.MetricsEndpoint;
import dev.netchurn.metrics.WatchReport;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.ListenException;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code netchurn serve}: the target alone, on another host than the load. Runs in the thread that calls it until the process
 * is told to end; then it prints its books, and the JVM exits with 130 or 143 by itself.
 */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Accepts connections, answers, closes by policy and keeps books: the target alone.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  netchurn serve --listen 10.0.0.1:8080",
            "  netchurn serve --listen 10.0.0.1:8080,10.0.0.2:8080 --close first --exchange request:64:4KiB"
        })
public final class ServeCommand implements Callable<Integer> {

    /** Exit code when the environment lacks what a command needs. */
    private static final int ENVIRONMENT_LACKS_SOMETHING = 3;
    private static final int STANDARD_OUTPUT = 1;
    private static final int WARM_UP_CONNECTIONS = 5_000;
    private static final Duration WARM_UP_AT_MOST = Duration.ofSeconds(1);
    private static final String OFF = "off";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ServePlanOptions options = new ServePlanOptions();

    @Option(names = "--metrics", paramLabel = "ADDR:PORT|off",
            description = "Where Prometheus finds the metrics (default: 127.0.0.1:9464, or the next free port).")
    private @Nullable String metrics;

    @Option(names = "--quiet", description = "Print nothing but errors.")
    private boolean quiet;

    private final SystemClock clock = new SystemClock();

    @Override
    public Integer call() {
        ServerPlan plan;
        @Nullable InetSocketAddress metricsAddress;
        try {
            plan = options.plan();
            metricsAddress = metricsAddress();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
        }
        int warmUpConnections = ChurnServer.warmUp(plan, clock, WARM_UP_CONNECTIONS, WARM_UP_AT_MOST);
        try (ChurnServer server = ChurnServer.start(plan, clock);
                @Nullable ServeObserver observer = metricsAddress == null ? null : ServeObserver.start(ports(plan), clock);
                @Nullable MetricsEndpoint endpoint = metricsAddress == null || observer == null
                        ? null
                        : MetricsEndpoint.open(
                                metricsAddress, metrics == null, new ServeMetrics(plan, server, observer::latest),
                                Map.of(WatchReport.PATH, observer.page()))) {
            if (observer != null && observer.failure() != null) {
                say("the metrics lack what the kernel knows: " + observer.failure());
            }
            serve(server, readyLine(plan, warmUpConnections, endpoint));
            return 0;
        } catch (ListenException | IOException e) {
            say(String.valueOf(e.getMessage()));
            return ENVIRONMENT_LACKS_SOMETHING;
        }
    }

    private void say(String sentence) {
        requireNonNull(spec).commandLine().getErr().println("netchurn serve: " + sentence);
    }

    private static Set<Integer> ports(ServerPlan plan) {
        return plan.listen().stream().map(Endpoint::port).collect(Collectors.toUnmodifiableSet());
    }

    private void serve(ChurnServer server, String readyLine) {
        PrintWriter out = requireNonNull(spec).commandLine().getOut();
        BooksDisplay display = new BooksDisplay(server, clock, out, quiet, ThisProcess.isTerminal(STANDARD_OUTPUT));
        Ending ending = Ending.onSignal();
        try {
            display.ready(readyLine);
            while (!ending.waitedFor(Duration.ofSeconds(1))) {
                display.second();
            }
            server.close();
            display.end();
        } finally {
            ending.done();
        }
    }

    private @Nullable InetSocketAddress metricsAddress() {
        if (OFF.equals(metrics)) {
            return null;
        }
        if (metrics == null) {
            return MetricsEndpoint.DEFAULT_ADDRESS;
        }
        try {
            Endpoint wanted = Endpoint.parse(metrics);
            return new InetSocketAddress(wanted.address(), wanted.port());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--metrics: " + e.getMessage() + "; or write off", e);
        }
    }

    private static String readyLine(ServerPlan plan, int warmUpConnections, @Nullable MetricsEndpoint endpoint) {
        return String.format(Locale.ROOT,
                "Listening on %s; close %s, %s, backlog %d, acceptors %d; warmed up by %,d connections; %s",
                plan.listen().stream().map(Endpoint::text).collect(Collectors.joining(", ")),
                plan.close().text(), plan.exchange().words(), plan.backlog(), plan.acceptors(), warmUpConnections,
                endpoint == null ? "no metrics" : "metrics at " + endpoint.uri());
    }
}
