package dev.netchurn.server.cli;

import static java.util.Objects.requireNonNull;

import dev.netchurn.clock.DurationText;
import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.Side;
import dev.netchurn.linux.NetlinkException;
import dev.netchurn.linux.ProcessNetwork;
import dev.netchurn.metrics.MetricsEndpoint;
import dev.netchurn.metrics.WatchReport;
import dev.netchurn.terminal.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code netchurn watch}: shows what the kernel says about the sockets on some ports of this host, or of the network
 * namespace that it is started in, whatever server listens there. Makes no connection. Runs in the thread that calls it until
 * its count is reached or the process is told to end; the JVM then exits with 130 or 143 by itself.
 */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Shows sockets by side and state, accept queues and kernel counters for some ports; makes no load.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  netchurn watch --port 8080",
            "  netchurn watch --pid 4711                 the network namespace of a process, and the ports it listens on",
            "  netchurn watch --peer 10.0.0.7:5432       how many local ports are left towards an upstream",
            "  netchurn watch --port 80,443 --interval 500ms --count 20 --json -"
        })
public final class WatchCommand implements Callable<Integer> {

    /** Exit code when the environment lacks what a command needs. */
    private static final int ENVIRONMENT_LACKS_SOMETHING = 3;
    private static final String OFF = "off";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--port", split = ",", paramLabel = "P", converter = WatchConverters.Port.class,
            description = "Ports that the server listens on: a socket with such a local port is the server's, "
                    + "one with such a remote port the client's.")
    private List<Integer> ports = List.of();

    @Option(names = "--pid", paramLabel = "PID", converter = WatchConverters.Pid.class,
            description = "Watch the network namespace of this process; without --port the ports that it and its children "
                    + "listen on.")
    private @Nullable Long pid;

    @Option(names = "--peer", split = ",", paramLabel = "HOST[:P]", converter = WatchConverters.Upstream.class,
            description = "Instead of a server's ports: the local ports left towards these upstreams, and when they run out.")
    private List<Peer> peers = List.of();

    @Option(names = "--interval", paramLabel = "D", defaultValue = "1s", converter = WatchConverters.Interval.class,
            description = "Time between readings (default: ${DEFAULT-VALUE}).")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--count", paramLabel = "N", converter = WatchConverters.Count.class,
            description = "End after this many readings (default: at Ctrl-C).")
    private long count = Long.MAX_VALUE;

    @Option(names = "--json", paramLabel = "FILE|-",
            description = "Append one line of JSON per reading to a file, or write it to standard output "
                    + "and nothing else there.")
    private @Nullable String json;

    @Option(names = "--metrics", paramLabel = "ADDR:PORT|off", defaultValue = OFF,
            description = "Serve Prometheus metrics there (default: ${DEFAULT-VALUE}).")
    private String metrics = OFF;

    private final SystemClock clock = new SystemClock();

    @Override
    public Integer call() throws InterruptedException {
        if (ports.isEmpty() && pid == null && peers.isEmpty()) {
            throw new ParameterException(command(), "name what to watch: --port P, --pid PID or --peer HOST[:P]");
        }
        if (!ports.isEmpty() && !peers.isEmpty()) {
            throw new ParameterException(command(), "--port watches a server and --peer its upstreams; give one of them");
        }
        try {
            return watchWhereAsked();
        } catch (NetlinkException | IOException e) {
            say(String.valueOf(e.getMessage()));
            return ENVIRONMENT_LACKS_SOMETHING;
        }
    }

    private int watchWhereAsked() throws IOException, InterruptedException {
        Long process = pid;
        if (process == null) {
            return watch(null);
        }
        ProcessNetwork namespace = ProcessNetwork.of(process);
        if (namespace.isOwn()) {
            return watch(null);
        }
        if (namespace.canBeEntered()) {
            return onThreadOfItsOwn(namespace);
        }
        if (namespace.hasSameUserNamespace()) {
            throw new IOException(namespace.refusal());
        }
        return NamespaceEntry.watchAgain(process, arguments(process), namespace.refusal());
    }

    /** What the command was given, for a second process. */
    private List<String> arguments(long process) {
        List<String> arguments = new ArrayList<>(List.of("--pid", Long.toString(process), "--interval",
                DurationText.format(interval), "--count", Long.toString(count), "--metrics", metrics));
        if (!ports.isEmpty()) {
            arguments.addAll(List.of("--port", String.join(",", ports.stream().map(String::valueOf).toList())));
        }
        if (!peers.isEmpty()) {
            arguments.addAll(List.of("--peer", String.join(",", peers.stream().map(Peer::text).toList())));
        }
        if (json != null) {
            arguments.addAll(List.of("--json", json));
        }
        return arguments;
    }

    /** A thread that has entered a namespace stays there. */
    private int onThreadOfItsOwn(ProcessNetwork namespace) throws IOException, InterruptedException {
        FutureTask<Integer> watching = new FutureTask<>(() -> watch(namespace));
        Thread thread = Thread.ofPlatform().name("watch").daemon().start(watching);
        try {
            return watching.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException problem -> throw problem;
                case RuntimeException problem -> throw problem;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            thread.interrupt();
        }
    }

    /** The endpoint stays on the network of this process, whichever namespace is watched. */
    private int watch(@Nullable ProcessNetwork entered) throws IOException, InterruptedException {
        if (!peers.isEmpty()) {
            return watchPeers(entered);
        }
        WatchMetrics watchMetrics = new WatchMetrics();
        ReadingRequests requests = new ReadingRequests();
        @Nullable InetSocketAddress metricsAddress = metricsAddress();
        try (@Nullable PrintWriter file = jsonFile();
                @Nullable MetricsEndpoint endpoint = metricsAddress == null
                        ? null
                        : MetricsEndpoint.open(metricsAddress, false, watchMetrics, Map.of(WatchReport.PATH, requests))) {
            if (entered != null) {
                entered.enter();
            }
            Set<Integer> watched = ports.isEmpty() ? ListeningPorts.of(requireNonNull(pid)) : new TreeSet<>(ports);
            requests.observing(watched);
            observe(watched, file, endpoint, watchMetrics, requests);
            return 0;
        }
    }

    private int watchPeers(@Nullable ProcessNetwork entered) throws IOException, InterruptedException {
        PeerMetrics peerMetrics = new PeerMetrics();
        @Nullable InetSocketAddress metricsAddress = metricsAddress();
        try (@Nullable PrintWriter file = jsonFile();
                @Nullable MetricsEndpoint endpoint =
                        metricsAddress == null ? null : MetricsEndpoint.open(metricsAddress, false, peerMetrics)) {
            if (entered != null) {
                entered.enter();
            }
            PeerTable table = new PeerTable(peers);
            List<Consumer<PeerSample>> outputs =
                    outputs(table::of, table::lines, new PeerJson()::of, file, peerMetrics, endpoint);
            try (PeerWatch watch = new PeerWatch(peers, clock, interval, outputs)) {
                watch.run(count);
            }
            return 0;
        }
    }

    private void observe(Set<Integer> watched, @Nullable PrintWriter file, @Nullable MetricsEndpoint endpoint,
            WatchMetrics watchMetrics, ReadingRequests requests) throws InterruptedException {
        try (KernelObserver observer =
                new KernelObserver(watched, CensusMode.AUTO, Set.of(Side.CLIENT, Side.SERVER), clock)) {
            List<Consumer<WatchSample>> outputs =
                    outputs(
                            new WatchTable(watched)::of, new WatchView(watched)::of, new WatchJson()::of, file, watchMetrics,
                            endpoint);
            new Watch(observer, clock, interval, outputs, requests).run(count);
        }
    }

    /** Where samples go; says where the metrics are. */
    private <S> List<Consumer<S>> outputs(Function<S, String> table, BiFunction<S, Screen, List<String>> view,
            Function<S, String> line, @Nullable PrintWriter file, Consumer<S> metricsOfSample,
            @Nullable MetricsEndpoint endpoint) {
        List<Consumer<S>> outputs = new ArrayList<>();
        outputs.add(output().screen(table, view, line));
        if (file != null) {
            outputs.add(output().file(file, line));
        }
        if (endpoint != null) {
            outputs.add(metricsOfSample);
            say("metrics at " + endpoint.uri());
        }
        return outputs;
    }

    private WatchOutputs output() {
        return new WatchOutputs(command().getOut(), this::say, json);
    }

    private @Nullable PrintWriter jsonFile() {
        try {
            return output().file();
        } catch (IOException e) {
            throw new ParameterException(command(), "'" + json + "' cannot be written: " + e.getMessage());
        }
    }

    private @Nullable InetSocketAddress metricsAddress() {
        if (metrics.equals(OFF)) {
            return null;
        }
        InetSocketAddress address;
        try {
            address = WatchConverters.metricsAddress(metrics);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command(), "--metrics: " + e.getMessage() + "; or write off");
        }
        if (!address.getAddress().isLoopbackAddress()) {
            say("whoever reaches " + metrics + " can read the metrics");
        }
        return address;
    }

    private CommandLine command() {
        return requireNonNull(spec).commandLine();
    }

    private void say(String sentence) {
        command().getErr().println("netchurn watch: " + sentence);
        command().getErr().flush();
    }
}
