package dev.netchurn.loadgen.run;

import dev.netchurn.kernel.CensusMode;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.namespace.BaseSysctls;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.transport.Engine;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests like those that the run command makes of its defaults. Change a field, then {@link #build()}. */
final class RequestFixture {

    static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    Topology topology = Topology.VETH;
    BaseSysctls base = BaseSysctls.ROOMY;
    List<SysctlSetting> sysctls = List.of();
    ClientClose close = new ClientClose.Graceful();
    Exchange exchange = new Exchange.None();
    ServerClose serverClose = new ServerClose.AfterClient();
    ArrivalPlan arrival = new ArrivalPlan.ClosedLoop(64);
    Set<String> allowed = Set.of();
    int maxInFlight = 10_000;
    long connections;
    long closeTimeoutNs = 5 * SECOND;
    long warmupNs = SECOND;
    long measureNs = 10 * SECOND;
    int loops = 1;
    /** Of the client and of the embedded target. */
    Engine engine = Engine.EPOLL;
    int family = 4;
    int addresses;
    @Nullable List<String> targets;
    @Nullable String command;
    int commandPort;
    List<String> owned = List.of();
    boolean loadGiven = true;
    List<InetAddress> sources = List.of();
    int lowPort;
    int highPort;
    SourcePlan.@Nullable Bind bind;

    static RequestFixture closedLoop() {
        return new RequestFixture();
    }

    static RequestFixture openLoop(double perSecond) {
        RequestFixture fixture = new RequestFixture();
        fixture.arrival = new ArrivalPlan.OpenLoop(perSecond, perSecond, ArrivalPlan.Spacing.CONSTANT, 1);
        return fixture;
    }

    RequestFixture at(Topology where) {
        topology = where;
        return this;
    }

    RequestFixture against(String... hostPorts) {
        targets = List.of(hostPorts);
        topology = Topology.HOST;
        return this;
    }

    RequestFixture starting(String program, int port) {
        command = program;
        commandPort = port;
        return this;
    }

    RequestFixture from(String... addressTexts) {
        sources = Stream.of(addressTexts).map(InetAddress::ofLiteral).toList();
        return this;
    }

    RequestFixture with(String... settings) {
        List<SysctlSetting> all = new ArrayList<>(sysctls);
        Stream.of(settings).map(SysctlSetting::parse).forEach(all::add);
        sysctls = all;
        return this;
    }

    LoadRequest load() {
        ConnectionPlan connection =
                new ConnectionPlan(close, close instanceof ClientClose.Linger ? 64 : 0, 0, exchange, SocketOptions.NONE,
                        5 * SECOND, closeTimeoutNs, 5 * SECOND,
                        ConnectionPlan.Eager.AUTO, false, 128);
        return new LoadRequest(engine, arrival, maxInFlight, LoadPlan.Overload.SHED, connections, warmupNs, measureNs,
                5 * SECOND,
                SECOND,
                loops, connection, new SourceRequest(sources, lowPort, highPort, bind));
    }

    TargetRequest target() {
        if (command != null) {
            return new TargetRequest.Program(command, commandPort, family, addresses, 30 * SECOND);
        }
        return targets == null
                ? new TargetRequest.Embedded(engine, serverClose, family, addresses, 4096, 1)
                : new TargetRequest.External(targets, owned, loadGiven);
    }

    RunRequest build() {
        EnvironmentRequest environment = new EnvironmentRequest(topology, base, sysctls, CensusMode.AUTO);
        return new RunRequest("test", target(), load(), environment, allowed, List.of(), false, Map.of());
    }

    /** What this machine's own sysctls are like. */
    static HostFacts host(Map<String, String> sysctls) {
        return new HostFacts("6.12.0", 2, "Example CPU", 8L << 30, sysctls,
                new dev.netchurn.linux.DescriptorLimit(1024, 65_536), 4_000_000, false);
    }

    RunPlan plan() {
        try {
            return new Planner(host(Map.of("net.ipv4.ip_local_port_range", "32768\t60999"))).plan(build());
        } catch (RunRefused e) {
            throw new AssertionError("the fixture's target is refused", e);
        }
    }

}
