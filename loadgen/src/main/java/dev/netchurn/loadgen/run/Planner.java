package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.Side;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.namespace.BaseSysctls;
import dev.netchurn.loadgen.namespace.NamespacePlan;
import dev.netchurn.loadgen.namespace.Sysctls;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.loadgen.source.TimeWaitLife;
import dev.netchurn.loadgen.worker.TargetPlan;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides everything that the user left open: addresses, sources, settings of the namespaces. Starts and sends nothing,
 * except that names are resolved.
 */
public final class Planner {

    /** How many source addresses a local target without port budget of our own gets: all of 127/8 is ours. */
    private static final int LOOPBACK_SOURCES = 4;
    private static final double ONE_LOOPBACK_SOURCE_PER_SECOND = 10_000;

    private static final String RESERVED_PORTS = "net.ipv4.ip_local_reserved_ports";

    private final HostFacts host;

    public Planner(HostFacts host) {
        this.host = host;
    }

    /**
     * Makes the plan.
     *
     * @throws RunRefused when the target is malformed, unknown or not to be loaded
     */
    public RunPlan plan(RunRequest request) throws RunRefused {
        return switch (request.target()) {
            case TargetRequest.Embedded embedded -> againstEmbedded(request, embedded);
            case TargetRequest.Program program -> againstProgram(request, program);
            case TargetRequest.External external -> againstExternal(request, external);
        };
    }

    private RunPlan againstEmbedded(RunRequest request, TargetRequest.Embedded target) throws RunRefused {
        EnvironmentRequest environment = request.environment();
        Topology topology = environment.topology();
        List<String> notes = new ArrayList<>();
        ClientSysctls sysctls = clientSysctls(environment);
        ClientClose clientClose = request.load().connection().close();
        Optional<String> objection =
                new ClosePair(clientClose, target.close(), request.load().connection().exchange()).objection();
        if (objection.isPresent()) {
            throw new RunRefused(RunRefused.Cause.USAGE, objection.get());
        }
        boolean leavesTimeWait = leavesTimeWait(clientClose, target.close());
        int addresses = addresses(askedAddresses(target), request.load(), leavesTimeWait, sysctls);
        AddressPlan layout = AddressPlan.of(topology, target.family(), addresses, request.load().source().addresses());
        if (target.addresses() == 0 && addresses > 1) {
            notes.add("The target listens on " + addresses
                    + " addresses, so that closed connections in TIME_WAIT do not use up the "
                    + ports(request.load(), sysctls) + " local ports per address.");
        }
        ServerPlan server =
                new ServerPlan(target.engine(), layout.targets(), target.close(), request.load().connection().exchange(),
                        target.backlog(), target.acceptors());
        return startingTarget(request, new TargetPlan.Embedded(server), layout, sysctls, leavesTimeWait, notes);
    }

    private RunPlan againstProgram(RunRequest request, TargetRequest.Program target) throws RunRefused {
        List<String> notes = new ArrayList<>();
        ClientSysctls sysctls = clientSysctls(request.environment());
        boolean leavesTimeWait = leavesTimeWait(request.load().connection().close(), new ServerClose.AfterClient());
        int addresses = addresses(target.addresses(), request.load(), leavesTimeWait, sysctls);
        AddressPlan layout = AddressPlan.ofProgram(request.environment().topology(), target.family(), target.port(), addresses,
                request.load().source().addresses());
        if (target.addresses() == 0 && layout.targets().size() > 1) {
            notes.add("The server is reached at " + layout.targets().size()
                    + " addresses, so that closed connections in TIME_WAIT do not use up the "
                    + ports(request.load(), sysctls) + " local ports per address; it should listen on all of them.");
        }
        TargetPlan.Program program =
                new TargetPlan.Program(target.command(), layout.targets(), target.listenWithinNs(), null);
        return startingTarget(request, program, layout, sysctls, leavesTimeWait, notes);
    }

    private RunPlan startingTarget(RunRequest request, TargetPlan target, AddressPlan layout, ClientSysctls sysctls,
            boolean leavesTimeWait, List<String> notes) throws RunRefused {
        EnvironmentRequest environment = request.environment();
        Topology topology = environment.topology();
        SourceAddresses.check(request.load().source().addresses(), topology, layout.targets());
        if (topology.isPrivate()) {
            notes.add(baseNote(environment.base()));
        }
        LoadPlan load = loadPlan(request.load(), layout.targets(), sysctls, notes);
        return new RunPlan(request, load, target,
                topology.isPrivate() ? namespace(environment, Side.CLIENT, layout, sysctls) : null,
                topology == Topology.VETH ? namespace(environment, Side.SERVER, layout, sysctls) : null,
                ports(layout.targets()),
                PortForecast.of(request.load(), load.source(), layout.targets(), sysctls,
                        new PortForecast.TimeWaitRules(TimeWaitLife.withTick(host.tickNs()), leavesTimeWait,
                                holder(request.load().connection().close()),
                                serverSysctls(environment).maxTimeWaitBuckets())),
                notes);
    }

    /** A target that does not accept has one queue to fill, unless more are asked for. */
    private static int askedAddresses(TargetRequest.Embedded target) {
        return target.addresses() == 0 && target.close() instanceof ServerClose.NoAccept ? 1 : target.addresses();
    }

    private static int addresses(int asked, LoadRequest load, boolean leavesTimeWait, ClientSysctls sysctls) {
        return asked != 0 ? asked : AddressPlan.addressesNeeded(load, leavesTimeWait, ports(load, sysctls));
    }

    private RunPlan againstExternal(RunRequest request, TargetRequest.External target) throws RunRefused {
        List<String> notes = new ArrayList<>();
        List<Endpoint> targets = TargetResolution.resolve(target);
        SourceAddresses.check(request.load().source().addresses(), request.environment().topology(), targets);
        ClientSysctls sysctls = ClientSysctls.of(host.sysctls());
        boolean leavesTimeWait = leavesTimeWait(request.load().connection().close(), new ServerClose.AfterClient());
        LoadPlan load = loadPlan(request.load(), targets, sysctls, notes);
        return new RunPlan(request, load, null, null, null, ports(targets),
                PortForecast.of(request.load(), load.source(), targets, sysctls,
                        new PortForecast.TimeWaitRules(TimeWaitLife.withTick(host.tickNs()), leavesTimeWait,
                                holder(request.load().connection().close()), Long.MAX_VALUE)),
                notes);
    }

    private LoadPlan loadPlan(LoadRequest load, List<Endpoint> targets, ClientSysctls sysctls, List<String> notes) {
        boolean selfConnectPossible = targets.stream()
                .anyMatch(target -> sysctls.hasPort(target.port()) && TargetResolution.isOwnSurroundings(target.address()));
        ConnectionPlan connection = load.connection().checkingSelfConnect(selfConnectPossible);
        int bound = Math.max(load.loops(), load.inFlightBound());
        return new LoadPlan(load.engine(), targets, load.loops(), load.arrival(), bound, load.overload(), load.connections(),
                load.warmupNs(),
                load.measureNs(), load.drainNs(), load.intervalNs(), sourcePlan(load, targets, notes), connection);
    }

    private SourcePlan sourcePlan(LoadRequest load, List<Endpoint> targets, List<String> notes) {
        SourceRequest asked = load.source();
        List<InetAddress> addresses = asked.addresses();
        if (addresses.isEmpty() && needsLoopbackSources(load, targets) && asked.bind() == null) {
            addresses = loopbackSources();
            notes.add("Connections leave from " + LOOPBACK_SOURCES
                    + " addresses of 127/8, because one reuses its ports only after a second.");
        }
        SourcePlan.Bind bind =
                asked.bind() != null ? asked.bind() : addresses.isEmpty() ? SourcePlan.Bind.NONE : SourcePlan.Bind.LATE;
        SocketOptions options = load.connection().options();
        if ((options.reuseAddress() || options.reusePort()) && !(bind == SourcePlan.Bind.EARLY && isOnePort(asked))) {
            notes.add((options.reuseAddress() ? "SO_REUSEADDR" : "SO_REUSEPORT")
                    + " reuses a port in TIME_WAIT where bind(2) names it, and here the kernel chooses; name one with --bind early"
                    + " --source-ports P-P.");
        }
        if (bind != SourcePlan.Bind.NONE && addresses.isEmpty()) {
            addresses = List.of(InetAddress.ofLiteral(targets.getFirst().isIpv6() ? "::" : "0.0.0.0"));
        }
        return new SourcePlan(addresses, asked.lowPort(), asked.highPort(), bind);
    }

    private static boolean isOnePort(SourceRequest asked) {
        return asked.lowPort() != 0 && asked.lowPort() == asked.highPort();
    }

    private static boolean needsLoopbackSources(LoadRequest load, List<Endpoint> targets) {
        return targets.size() == 1 && targets.getFirst().address().isLoopbackAddress() && !targets.getFirst().isIpv6()
                && load.highestRate() > ONE_LOOPBACK_SOURCE_PER_SECOND
                && load.expectedConnections() > ONE_LOOPBACK_SOURCE_PER_SECOND
                && leavesTimeWait(load.connection().close(), new ServerClose.AfterClient());
    }

    private static List<InetAddress> loopbackSources() {
        List<InetAddress> sources = new ArrayList<>();
        for (int i = 1; i <= LOOPBACK_SOURCES; i++) {
            sources.add(InetAddress.ofLiteral("127.0.2." + i));
        }
        return sources;
    }

    private NamespacePlan namespace(EnvironmentRequest environment, Side side, AddressPlan layout, ClientSysctls sysctls) {
        Map<String, String> required = new HashMap<>(environment.required(side));
        Map<String, String> base = environment.base().settings(host.sysctls(), host.memoryBytes());
        if (side == Side.CLIENT && layout.targets().stream().anyMatch(target -> sysctls.hasPort(target.port()))) {
            // No connection may leave from the target's ports: it could connect to itself.
            String others = required.getOrDefault(RESERVED_PORTS, base.getOrDefault(RESERVED_PORTS, ""));
            required.put(RESERVED_PORTS, ReservedPorts.with(others, ports(layout.targets())));
        }
        Sysctls ofTheMachine = new Sysctls();
        return new NamespacePlan(null, side == Side.CLIENT ? layout.clientLinks() : layout.serverLinks(), base, required,
                required.keySet().stream().filter(ofTheMachine::isShown).collect(Collectors.toSet()));
    }

    /** A client that waits for the server's FIN leaves TIME_WAIT to it; in every other case it may be the client's. */
    private static Side holder(ClientClose close) {
        return close instanceof ClientClose.Peer ? Side.SERVER : Side.CLIENT;
    }

    private ClientSysctls clientSysctls(EnvironmentRequest environment) {
        return sysctls(environment, Side.CLIENT);
    }

    private ClientSysctls serverSysctls(EnvironmentRequest environment) {
        return sysctls(environment, Side.SERVER);
    }

    private ClientSysctls sysctls(EnvironmentRequest environment, Side side) {
        Map<String, String> values = new HashMap<>(environment.topology().isPrivate()
                ? environment.base().settings(host.sysctls(), host.memoryBytes())
                : host.sysctls());
        values.putAll(environment.required(side));
        return ClientSysctls.of(values);
    }

    private static int ports(LoadRequest load, ClientSysctls sysctls) {
        return load.source().lowPort() == 0 ? sysctls.ports() : load.source().highPort() - load.source().lowPort() + 1;
    }

    private static boolean leavesTimeWait(ClientClose client, ServerClose server) {
        return !(client instanceof ClientClose.Rst || client instanceof ClientClose.Unread) && !server.aborts();
    }

    private static Set<Integer> ports(List<Endpoint> targets) {
        return targets.stream().map(Endpoint::port).collect(Collectors.toSet());
    }

    private static String baseNote(BaseSysctls base) {
        return switch (base) {
            case ROOMY ->
                    "Private namespaces have this host's sysctls with ip_local_port_range, tcp_max_tw_buckets, somaxconn and"
                            + " tcp_max_syn_backlog raised; --base-sysctls host leaves them as they are.";
            case HOST -> "Private namespaces have this host's sysctls.";
            case KERNEL -> "Private namespaces have the kernel's default sysctls, not this host's.";
        };
    }

    /** Whether the load stops by itself only because descriptors run out: nothing that it opens is closed. */
    static boolean opensWithoutEnd(LoadRequest load) {
        return load.connection().close() instanceof ClientClose.Never && load.connections() == 0
                && load.arrival() instanceof ArrivalPlan.ClosedLoop;
    }
}
