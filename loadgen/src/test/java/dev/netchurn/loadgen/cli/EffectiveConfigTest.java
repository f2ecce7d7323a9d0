package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.CensusMode;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.namespace.BaseSysctls;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.namespace.Topology;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.run.EnvironmentRequest;
import dev.netchurn.loadgen.run.LoadRequest;
import dev.netchurn.loadgen.run.SourceRequest;
import dev.netchurn.loadgen.run.TargetRequest;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.transport.Engine;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(30)
class EffectiveConfigTest {

    /** They change where results go and what is shown, not the run. */
    private static final Set<String> OF_THE_DISPLAY = Set.of("out", "json", "no-tui", "quiet", "dry-run", "help", "version");

    private static final ArrivalPlan CLOSED = new ArrivalPlan.ClosedLoop(64);
    private static final ArrivalPlan OPEN = new ArrivalPlan.OpenLoop(500, 500, ArrivalPlan.Spacing.POISSON, 1);
    private static final ArrivalPlan RAMP = new ArrivalPlan.OpenLoop(0.5, 10e6, ArrivalPlan.Spacing.CONSTANT, 1);
    private static final TargetRequest EMBEDDED =
            new TargetRequest.Embedded(Engine.EPOLL, new ServerClose.AfterClient(), 4, 0, 4096, 1);
    private static final TargetRequest EXTERNAL =
            new TargetRequest.External(List.of("127.0.0.1:80"), List.of(), true, "127.0.0.1:9464");

    private static final TargetRequest PROGRAM = new TargetRequest.Program("nginx", 80, 4, 0, 1);

    @Test
    void recordsEveryFlagThatChangesARun() {
        Set<String> recorded = new HashSet<>();
        recorded.addAll(config(CLOSED, EMBEDDED, Topology.VETH).keySet());
        recorded.addAll(config(OPEN, EXTERNAL, Topology.HOST).keySet());
        recorded.addAll(config(RAMP, EMBEDDED, Topology.LOOPBACK, new Exchange.None(), new ClientClose.Linger(5)).keySet());
        recorded.addAll(config(CLOSED, PROGRAM, Topology.VETH).keySet());
        recorded.addAll(config(CLOSED, EMBEDDED, Topology.VETH, Exchange.ofFlags("none", "a", "b"), new ClientClose.Graceful())
                .keySet());
        Set<String> offered = new HashSet<>();
        new CommandLine(new RunCommand()).getCommandSpec().options()
                .forEach(option -> offered.add(option.longestName().replaceFirst("^--", "")));
        offered.removeAll(OF_THE_DISPLAY);
        assertThat(recorded).containsExactlyInAnyOrderElementsOf(offered);
    }

    @Test
    void recordsOnlyFlagsThatHadAnEffect() {
        assertThat(config(CLOSED, EMBEDDED, Topology.VETH)).containsKey("concurrency").doesNotContainKeys("rate", "ramp",
                "arrival", "target", "closers");
        assertThat(config(OPEN, EXTERNAL, Topology.HOST)).containsKeys("rate", "target").doesNotContainKeys("concurrency",
                "sysctl", "backlog");
    }

    @Test
    void writesRatesAsFlagsReadThem() {
        String[] ends = String.valueOf(config(RAMP, EMBEDDED, Topology.VETH).get("ramp")).split(":");
        assertThat(Quantity.rate(ends[0])).isEqualTo(0.5);
        assertThat(Quantity.rate(ends[1])).isEqualTo(10e6);
    }

    @Test
    void writesDurationsInWholeUnits() {
        assertThat(config(CLOSED, EMBEDDED, Topology.VETH)).containsEntry("duration", "10s").containsEntry("warmup", "0s")
                .containsEntry("hold", "1500ms");
    }

    @Test
    void writesTextsAsFlagsReadThem() {
        Exchange exchange = Exchange.ofFlags("none", "GET /:80\\r\\n", "\\xff");
        Map<String, Object> config = config(CLOSED, EMBEDDED, Topology.VETH, exchange, new ClientClose.Graceful());
        assertThat(config).doesNotContainKey("exchange");
        assertThat(Exchange.ofFlags("none", (String) config.get("payload"), (String) config.get("expect"))).isEqualTo(exchange);
    }

    private static Map<String, Object> config(ArrivalPlan arrival, TargetRequest target, Topology topology) {
        return config(arrival, target, topology, new Exchange.None(), new ClientClose.Graceful());
    }

    private static Map<String, Object> config(
            ArrivalPlan arrival, TargetRequest target, Topology topology, Exchange exchange, ClientClose close) {
        ConnectionPlan connection = new ConnectionPlan(close, close instanceof ClientClose.Linger ? 64 : 0, 1_500_000_000L,
                exchange, new SocketOptions(true, true, true, 2, 500), 1, 2, 3,
                ConnectionPlan.Eager.AUTO, false, 1);
        LoadRequest load =
                new LoadRequest(Engine.EPOLL, arrival, 10, LoadPlan.Overload.SHED, 5, 0, 10_000_000_000L, 1, 1_000_000_000L, 1,
                        connection,
                        new SourceRequest(List.of(), 1, 2, null));
        List<SysctlSetting> sysctls = topology.isPrivate() ? List.of(SysctlSetting.parse("tcp_tw_reuse=1")) : List.of();
        OutputOptions output = new OutputOptions();
        new CommandLine(new CommandWith(output)).parseArgs();
        return EffectiveConfig.of(load, target, new EnvironmentRequest(topology, BaseSysctls.HOST, sysctls, CensusMode.AUTO),
                Set.of(), List.of(),
                false, output);
    }

    /** Fills the defaults in. */
    @CommandLine.Command
    private record CommandWith(@CommandLine.Mixin OutputOptions output) {
    }
}
