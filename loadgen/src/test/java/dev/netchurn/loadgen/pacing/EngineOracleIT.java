package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.CensusMode;
import dev.netchurn.kernel.KernelObserver;
import dev.netchurn.kernel.KernelReading;
import dev.netchurn.kernel.ProcNet;
import dev.netchurn.kernel.Side;
import dev.netchurn.kernel.TcpCounters;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.connection.ClientClose;
import dev.netchurn.loadgen.connection.CloseOutcome;
import dev.netchurn.loadgen.connection.Outcome;
import dev.netchurn.loadgen.source.SourcePlan;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.Sysctl;
import dev.netchurn.server.ChurnServer;
import dev.netchurn.server.Exchange;
import dev.netchurn.server.ServerClose;
import dev.netchurn.server.ServerPlan;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rows of the oracle about opening, ports and TIME_WAIT, by every engine: the kernel must not be able to tell them apart.
 * The rows about closing are in {@code CloseMatrixIT}.
 */
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(60)
@InPrivateNamespace
class EngineOracleIT {

    private static final Endpoint FIRST = Endpoint.parse("127.0.0.1:9000");
    private static final Endpoint SECOND = Endpoint.parse("127.0.0.1:9001");

    @Parameter
    private Engine engine;

    @Test
    void k13WithoutTimeWaitBucketsNoTimeWaitIsMade() throws IOException {
        Sysctl.set("net.ipv4.tcp_max_tw_buckets", "0");
        try (ChurnServer _ = serving(FIRST)) {
            TcpCounters before = counters();
            FinishedLoad load = FinishedLoad.of(closing(FIRST).connections(20).make());

            assertThat(load.of(CloseOutcome.CLOSED)).isEqualTo(20);
            TcpCounters moved = counters().since(before);
            assertThat(moved.get("TcpExtTCPTimeWaitOverflow")).isEqualTo(20);
            assertThat(moved.get("TcpExtTW")).isZero();
            assertThat(timeWait()).isZero();
        }
    }

    @Test
    void k14AndK15TenPortsAreTakenOverFromTimeWaitOnlyWhereThatIsAllowed() throws IOException {
        Sysctl.set("net.ipv4.ip_local_port_range", "40000 40009");
        Sysctl.set("net.ipv4.tcp_tw_reuse", "0");
        try (ChurnServer _ = serving(FIRST)) {
            TcpCounters before = counters();
            FinishedLoad load = FinishedLoad.of(closing(FIRST).concurrency(1).connections(15).make());

            assertThat(load.of(Outcome.ESTABLISHED)).isEqualTo(10);
            assertThat(load.of(Outcome.NO_LOCAL_PORT)).isEqualTo(5);
            TcpCounters moved = counters().since(before);
            assertThat(moved.get("TcpActiveOpens")).isEqualTo(10);
            assertThat(moved.get("TcpExtTW")).isEqualTo(10);
            assertThat(timeWait()).isEqualTo(10);

            // 4 per second: the first may be due before a port is a second old, and from the fifth on each of them is.
            Sysctl.set("net.ipv4.tcp_tw_reuse", "2");
            TcpCounters exhausted = counters();
            FinishedLoad again = FinishedLoad.of(closing(FIRST).rate(4).times(0, 2500).make());

            long reused = again.of(Outcome.ESTABLISHED);
            assertThat(reused).isBetween(5L, 10L).isEqualTo(10 - again.of(Outcome.NO_LOCAL_PORT));
            assertThat(counters().since(exhausted).get("TcpExtTWRecycled")).isEqualTo(reused);
            assertThat(timeWait()).isEqualTo(10);
        }
    }

    @Test
    void k25WithoutAListenerEachSynIsAnsweredWithARst() {
        TcpCounters before = counters();
        FinishedLoad load = FinishedLoad.of(closing(FIRST).connections(20).make());

        assertThat(load.of(Outcome.REFUSED)).isEqualTo(20);
        TcpCounters moved = counters().since(before);
        assertThat(moved.get("TcpAttemptFails")).isEqualTo(20);
        assertThat(moved.get("TcpOutRsts")).isEqualTo(20);
        assertThat(moved.get("TcpOutSegs")).isEqualTo(40);
    }

    @Test
    void k30AnEarlyBindHoldsAPortForAllDestinations() throws IOException {
        assertThat(establishedOf24(SourcePlan.Bind.EARLY)).isEqualTo(10);
    }

    @Test
    void k30ALateBindHoldsAPortForOneDestination() throws IOException {
        assertThat(establishedOf24(SourcePlan.Bind.LATE)).isEqualTo(20);
    }

    @Test
    void k30WithoutABindAPortIsHeldForOneDestination() throws IOException {
        assertThat(establishedOf24(SourcePlan.Bind.NONE)).isEqualTo(20);
    }

    /** Ten ports and two destinations. */
    private long establishedOf24(SourcePlan.Bind bind) throws IOException {
        Sysctl.set("net.ipv4.ip_local_port_range", "40000 40009");
        Sysctl.set("net.ipv4.tcp_tw_reuse", "0");
        try (ChurnServer _ = serving(FIRST, SECOND)) {
            FinishedLoad load = FinishedLoad.of(closing(FIRST, SECOND).source(new SourcePlan(List.of(), 0, 0, bind))
                    .concurrency(1).connections(24).make());
            assertThat(load.of(Outcome.NO_LOCAL_PORT)).isEqualTo(24 - load.of(Outcome.ESTABLISHED));
            return load.of(Outcome.ESTABLISHED);
        }
    }

    private TestPlan closing(Endpoint... targets) {
        return TestPlan.against(targets).engine(engine).close(new ClientClose.Fin());
    }

    private ChurnServer serving(Endpoint... endpoints) {
        ServerPlan plan =
                new ServerPlan(engine, List.of(endpoints), new ServerClose.AfterClient(), new Exchange.None(), 1024, 1);
        return ChurnServer.start(plan, new SystemClock());
    }

    private static TcpCounters counters() {
        try (ProcNet proc = new ProcNet()) {
            return proc.counters().counters();
        }
    }

    private static long timeWait() {
        try (KernelObserver observer =
                new KernelObserver(Set.of(FIRST.port()), CensusMode.FULL, Set.of(Side.CLIENT), new SystemClock())) {
            KernelReading reading = observer.read();
            return reading.side(Side.CLIENT).in(TcpState.TIME_WAIT);
        }
    }
}
