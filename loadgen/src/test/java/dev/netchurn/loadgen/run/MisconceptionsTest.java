package dev.netchurn.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.TcpState;
import dev.netchurn.loadgen.namespace.SysctlSetting;
import dev.netchurn.loadgen.run.CensusSummary.StateCount;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each belief is named by a run that shows it, and by no other. */
@Timeout(10)
class MisconceptionsTest {

    private final RunResultFixture run = RunResultFixture.closedLoop();
    private final Map<TcpState, StateCount> client = new EnumMap<>(TcpState.class);
    private final Map<TcpState, StateCount> server = new EnumMap<>(TcpState.class);
    private final Map<String, String> clientSysctls = new HashMap<>(Map.of("net.ipv4.tcp_timestamps", "1"));
    private final Map<String, String> serverSysctls = new HashMap<>(Map.of("net.ipv4.tcp_syncookies", "1"));

    MisconceptionsTest() {
        run.counters.clear();
        run.counters.put("client", new HashMap<>());
        run.counters.put("server", new HashMap<>());
    }

    @Test
    void anOrdinaryRunIsToldNothing() {
        client.put(TcpState.TIME_WAIT, new StateCount(500, 500L, null));
        server.put(TcpState.CLOSE_WAIT, new StateCount(9, 0L, 0L));
        run.counters.get("client").put("TcpExtTW", 500L);

        assertThat(topics()).isEmpty();
    }

    @Test
    void aShorterFinTimeoutDoesNotShortenTimeWait() {
        assertThat(topics("tcp_fin_timeout=5")).isEmpty();
        client.put(TcpState.TIME_WAIT, new StateCount(500, 400L, null));

        assertThat(sentences("tcp_fin_timeout=5")).singleElement().asString()
                .contains("tcp_fin_timeout=5 does not shorten TIME_WAIT", "400 sockets");
        assertThat(topics("server:tcp_fin_timeout=5")).as("TIME_WAIT is the client's").isEmpty();
    }

    @Test
    void lingerZeroIsAnAbort() {
        run.counters.get("client").put("TcpExtTCPAbortOnData", 77L);

        assertThat(sentences()).singleElement().asString().contains("an abort: 77 connections", "at the client");
    }

    @Test
    void anAbortCountsOnceWhereBothSidesShareANamespace() {
        run.counters.clear();
        run.counters.put("shared", Map.of("TcpExtTCPAbortOnData", 77L));

        assertThat(topics()).containsExactly("abort");
    }

    @Test
    void aCloseWithUnreadBytesIsNoFin() {
        run.counters.get("server").put("TcpExtTCPAbortOnClose", 3L);

        assertThat(sentences()).singleElement().asString().contains("3 closes at the server", "RST");
    }

    @Test
    void littleTimeWaitMayBeAnOverflow() {
        clientSysctls.put("net.ipv4.tcp_max_tw_buckets", "100");
        run.counters.get("client").put("TcpExtTCPTimeWaitOverflow", 900L);

        assertThat(sentences()).singleElement().asString().contains("900 were never made", "tcp_max_tw_buckets=100");
    }

    @Test
    void closeWaitIsTheApplications() {
        server.put(TcpState.CLOSE_WAIT, new StateCount(40, 40L, 3L));

        assertThat(sentences()).singleElement().asString().contains("no sysctl cures it: 40 sockets of the server",
                "3 were never accepted");
    }

    @Test
    void reuseIsForConnectAndNotForServers() {
        server.put(TcpState.TIME_WAIT, new StateCount(500, 500L, null));

        assertThat(topics("tcp_tw_reuse=1")).containsExactly("reuse-at-server");
        assertThat(topics("server:tcp_tw_reuse=1")).containsExactly("reuse-at-server");
        assertThat(topics("tcp_tw_reuse=0")).isEmpty();
        assertThat(topics()).isEmpty();
    }

    @Test
    void reuseNeedsTimestamps() {
        assertThat(topics("tcp_tw_reuse=1")).isEmpty();
        clientSysctls.put("net.ipv4.tcp_timestamps", "0");

        assertThat(topics("tcp_tw_reuse=1")).containsExactly("reuse-needs-timestamps");
    }

    @Test
    void reuseTwoIsForLoopbackOnly() {
        assertThat(topics("tcp_tw_reuse=2")).containsExactly("reuse-on-loopback-only");
        run.topology = "loopback";

        assertThat(topics("tcp_tw_reuse=2")).isEmpty();
    }

    @Test
    void somaxconnOnlyCapsTheBacklog() {
        assertThat(topics("somaxconn=100000")).containsExactly("somaxconn");
        assertThat(topics("somaxconn=100")).as("it is below the backlog of 4096, so it acts").isEmpty();
        assertThat(topics("client:somaxconn=100")).as("listen() is called at the server").containsExactly("somaxconn");
    }

    @Test
    void theSynBacklogActsWithoutCookiesOnly() {
        assertThat(topics("tcp_max_syn_backlog=8")).containsExactly("syn-backlog");
        serverSysctls.put("net.ipv4.tcp_syncookies", "0");

        assertThat(topics("tcp_max_syn_backlog=8")).isEmpty();
    }

    @Test
    void abortOnOverflowDoesNotResetASyn() {
        serverSysctls.put("net.ipv4.tcp_abort_on_overflow", "1");
        assertThat(topics()).isEmpty();
        run.counters.get("server").put("TcpExtListenOverflows", 12L);
        assertThat(topics()).containsExactly("abort-on-overflow");
        run.counters.get("server").put("TcpExtEmbryonicRsts", 12L);

        assertThat(topics()).isEmpty();
    }

    private List<String> topics(String... settings) {
        return in(settings).stream().map(Misconception::topic).toList();
    }

    private List<String> sentences(String... settings) {
        return in(settings).stream().map(Misconception::sentence).toList();
    }

    private List<Misconception> in(String... settings) {
        run.census = new CensusSummary(client, server, 10, false);
        run.sysctls = Map.of("client", clientSysctls, "server", serverSysctls);
        return Misconceptions.in(run.build(), Stream.of(settings).map(SysctlSetting::parse).toList());
    }
}
