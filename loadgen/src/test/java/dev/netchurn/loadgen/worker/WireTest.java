package dev.netchurn.loadgen.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.SocketCensus;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.arrival.ArrivalPlan;
import dev.netchurn.loadgen.arrival.Phase;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.CloserReading;
import dev.netchurn.loadgen.connection.ConnectionPlan;
import dev.netchurn.loadgen.connection.EstablishedSample;
import dev.netchurn.loadgen.connection.ExchangeDifference;
import dev.netchurn.loadgen.connection.Ledger;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.connection.SocketOptions;
import dev.netchurn.loadgen.latency.LatencyKind;
import dev.netchurn.loadgen.namespace.NamespacePlan;
import dev.netchurn.loadgen.pacing.LoadPlan;
import dev.netchurn.loadgen.pacing.LoadSnapshot;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.server.EscapedText;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerBooks;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

@Timeout(30)
class WireTest {

    private final Wire wire = new Wire();

    @ParameterizedTest
    @MethodSource("commands")
    void bringsACommandOverAsItWas(Command command) {
        String line = wire.write(command);
        assertThat(line).doesNotContain("\n");
        assertThat(wire.command(line)).isEqualTo(command);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void bringsAMessageOverAsItWas(Message message) {
        String line = wire.write(message);
        assertThat(line).doesNotContain("\n");
        assertThat(wire.message(line)).isEqualTo(message);
    }

    @Test
    void isTestedWithEveryKindOfCommandAndMessage() {
        assertThat(commands().map(Object::getClass).distinct())
                .hasSameSizeAs(Arrays.asList(Command.class.getPermittedSubclasses()));
        assertThat(messages().map(Object::getClass).distinct())
                .hasSameSizeAs(Arrays.asList(Message.class.getPermittedSubclasses()));
    }

    @Test
    void bringsHistogramsOver() {
        Message.Interval interval = (Message.Interval) wire.message(wire.write(interval()));
        assertThat(interval.load()).isNotNull();
        assertThat(interval.load().histograms(Phase.MEASURE)).containsOnlyKeys(LatencyKind.CONNECT, LatencyKind.CLOSE_CALL);
        assertThat(interval.load().histograms(Phase.MEASURE)).containsEntry(LatencyKind.CONNECT, histogram());
        assertThat(interval.load().histograms(Phase.WARMUP)).isEmpty();
    }

    @Test
    void rejectsAPropertyThatItDoesNotKnow() {
        String line = wire.write(new Command.Go(1, 2, 3, List.of()));
        assertThatThrownBy(() -> wire.command(line.replace("}", ",\"surprise\":1}"))).isInstanceOf(JacksonException.class);
        String message = wire.write(new Message.ArrivalsDone(4));
        assertThatThrownBy(() -> wire.message(message.replace("}", ",\"surprise\":1}"))).isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "{\"command\":\"dance\"}", "{\"command\":\"go\"", "hello"})
    void rejectsWhatIsNoCommand(String line) {
        assertThatThrownBy(() -> {
            Command command = wire.command(line);
            if (command == null) {
                throw new IllegalArgumentException("nothing");
            }
        }).isInstanceOfAny(JacksonException.class, IllegalArgumentException.class);
    }

    static Stream<Command> commands() {
        Endpoint ipv4 = Endpoint.parse("10.77.1.1:9000");
        Endpoint ipv6 = Endpoint.parse("[fd77::1:1]:9000");
        Command.ObserverPlan observer =
                new Command.ObserverPlan(Set.of(9000, 9001), Set.of(Side.CLIENT, Side.SERVER), CensusMode.AUTO);
        ConnectionPlan connection = new ConnectionPlan(new ClientClose.Linger(5), 7, 5, new Exchange.Request(64, 4096),
                new SocketOptions(true, true, true, -1, 500), 1, 2, 3,
                ConnectionPlan.Eager.AUTO, true, 128);
        SourcePlan source =
                new SourcePlan(List.of(InetAddress.ofLiteral("127.0.2.1"), InetAddress.ofLiteral("fd00::2")), 20_000, 29_999,
                        SourcePlan.Bind.LATE);
        return Stream.of(
                new Command.SetUpNamespace(new NamespacePlan(new NamespacePlan.Veth("churn-client", "churn-server", 4711),
                        List.of(new NamespacePlan.LinkAddress("churn-client", InetAddress.ofLiteral("10.77.0.1"), 16)),
                        Map.of("net.ipv4.ip_local_port_range", "10000\t65535"), Map.of("net.core.somaxconn", "7"),
                        Set.of("net.core.somaxconn"))),
                new Command.SetUpNamespace(new NamespacePlan(null, List.of(), Map.of(), Map.of(), Set.of())),
                new Command.Serve(new TargetPlan.Embedded(
                        new ServerPlan(Engine.IO_URING, List.of(ipv4, ipv6), new ServerClose.Delay(Duration.ofMillis(1500)),
                                new Exchange.None(),
                                4096, 2)),
                        observer, 1),
                new Command.Serve(new TargetPlan.Embedded(
                        new ServerPlan(Engine.EPOLL, List.of(ipv4), new ServerClose.Rst(),
                                new Exchange.Literal(EscapedText.parse("a:\\r\\xff"), EscapedText.NOTHING), 1, 1)),
                        null, 250_000_000),
                new Command.Serve(
                        new TargetPlan.Program("exec nginx -g 'daemon off;'", List.of(ipv4, ipv6), 1, "/tmp/target.log"),
                        observer, 1_000_000_000),
                new Command.Serve(new TargetPlan.Program("true", List.of(ipv6), Long.MAX_VALUE, null), null, 0),
                new Command.Load(new LoadPlan(Engine.EPOLL, List.of(ipv4, ipv6), 2, new ArrivalPlan.ClosedLoop(64), 64,
                        LoadPlan.Overload.SHED, 0, 1, 2, 3,
                        1_000_000_000, source, connection), observer, 1),
                new Command.Load(
                        new LoadPlan(Engine.CHANNEL, List.of(ipv4), 1,
                                new ArrivalPlan.OpenLoop(0.1, 1e7, ArrivalPlan.Spacing.POISSON, -1), 10,
                                LoadPlan.Overload.QUEUE, 1_000_000_000_000L, 0, 1, 0, 10_000_000,
                                new SourcePlan(List.of(), 0, 0, SourcePlan.Bind.NONE), connection),
                        null, 2),
                new Command.Go(Long.MIN_VALUE, 3_000_000_000L, 1_000_000_000L, List.of(0, 2)),
                new Command.MatchAccepts(List.of(new EstablishedSample(0x0a4d0001, 40_000, ipv4, -6, -5))),
                new Command.SetSysctls(Map.of("net.ipv4.tcp_tw_reuse", "1")),
                new Command.Listen(List.of(ipv4, ipv6)),
                new Command.Baseline(),
                new Command.Walk(),
                new Command.StopArrivals(),
                new Command.Finish());
    }

    static Stream<Message> messages() {
        return Stream.of(
                new Message.Hello(Message.PROTOCOL, 4711),
                new Message.NamespaceReady(List.of("cannot set net.ipv4.x to '1': \"no\"\nreason"),
                        Map.of("net.ipv4.tcp_tw_reuse", "2")),
                new Message.Warm(),
                new Message.Ready(Map.of(), 65_536, List.of(Endpoint.parse("10.77.1.1:9000"))),
                interval(),
                new Message.Interval(0, -1, null, null, new ServerBooks(1, 2, 3, 4, 5, 0, 6, 7, 0, 8, 9, 10), 1, 2, 3),
                new Message.AcceptsMatched(List.of(1L, -5L, Long.MAX_VALUE), List.of()),
                new Message.ArrivalsDone(17),
                new Message.Walked(18, reading(), true, ServerBooks.EMPTY, 19, List.of()),
                new Message.Walked(18, null, false, null, 0, List.of()),
                new Message.Finished(report(), null, 1),
                new Message.Finished(null, ServerBooks.EMPTY, 1),
                new Message.Failed("the port 9000 is in use – say 'why'", Message.Cause.ENVIRONMENT));
    }

    private static Message.Interval interval() {
        return new Message.Interval(3, 1_000_000_000_000L, reading(), report(), null, 5, 6, 7);
    }

    private static KernelReading reading() {
        return new KernelReading(1,
                Map.of(Side.CLIENT, new SocketCensus(Map.of(TcpState.TIME_WAIT, 100_000L, TcpState.FIN_WAIT2, 3L), 0),
                        Side.SERVER, new SocketCensus(Map.of(TcpState.CLOSE_WAIT, 9L), 4)),
                false, KernelReading.NEVER_WALKED, true,
                new TcpCounters(Map.of("TcpActiveOpens", Long.MAX_VALUE, "TcpExtTW", 0L)), new ListenQueue(1, 4096, 3), 12_345);
    }

    private static LoadReport report() {
        Ledger ledger = new Ledger(10, 9, Map.of(Outcome.ESTABLISHED, 7L, Outcome.NO_LOCAL_PORT, 2L, Outcome.SHED, 1L),
                Map.of(CloseOutcome.CLOSED, 6L, CloseOutcome.RESET_BY_PEER, 1L), 1, 2, 3, 4, 5, 6, 7, 8, 0,
                Map.of(0, 6L, 3, 1L),
                Map.of(Outcome.NO_LOCAL_PORT, 99), new ExchangeDifference(9, "200", "5\\0"), 11, 12);
        Map<LatencyKind, Histogram> histograms = new EnumMap<>(LatencyKind.class);
        histograms.put(LatencyKind.CONNECT, histogram());
        histograms.put(LatencyKind.CLOSE_CALL, histogram());
        return LoadReport.of(new LoadSnapshot(1, Phase.MEASURE, Map.of(Phase.WARMUP, Ledger.EMPTY, Phase.MEASURE, ledger),
                Map.of(Phase.MEASURE, histograms), 63.25, 64, new long[] {5, 6}, 7, 8,
                new CloserReading("netchurn closers", 9, 10), 9, 10, 11),
                List.of(new EstablishedSample(-1, 1, Endpoint.parse("[fd77::1:1]:9000"), 1, 2)));
    }

    private static Histogram histogram() {
        Histogram histogram = new Histogram(1, 3_600_000_000_000L, 3);
        histogram.recordValueWithCount(12_345, 1_000);
        histogram.recordValue(3_600_000_000_000L);
        return histogram;
    }

    @Test
    void packsSampledConnectionsInsteadOfSpellingThemOut() {
        Endpoint target = Endpoint.parse("10.77.0.1:9000");
        List<EstablishedSample> samples = IntStream.range(0, 256)
                .mapToObj(i -> new EstablishedSample(i, 10_000 + i, target, Long.MAX_VALUE - i, i)).toList();

        String line = wire.write(new Command.MatchAccepts(samples));

        assertThat(line).hasSizeLessThan(256 * 40);
        assertThat(wire.command(line)).isEqualTo(new Command.MatchAccepts(samples));
    }
}
