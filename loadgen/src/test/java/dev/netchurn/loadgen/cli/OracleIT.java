package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Linux must show for a known number of connections, each row in a fresh private namespace: states after the drain and
 * the exact movement of the kernel's counters. These go through the whole program; the other rows are held to every engine by
 * {@code EngineOracleIT} and {@code CloseMatrixIT}.
 */
@Timeout(120)
class OracleIT {

    private static final int N = 20;

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @Test
    void k1TheClientThatClosesFirstKeepsTimeWait() {
        Ended run = loopback("--close", "fin");

        assertValid(run);
        assertTimeWait(run, "client");
        assertThat(connectionsOf(run, "server")).isZero();
        assertThat(counter(run, "TcpExtTW")).isEqualTo(N);
        assertSegments(run, 6, 7);
        assertThat(run.number("/activeCloser/client")).isEqualTo(N);
    }

    @Test
    void k1HoldsForTheGracefulCloseToo() {
        Ended run = loopback("--close", "graceful");

        assertValid(run);
        assertTimeWait(run, "client");
        assertThat(connectionsOf(run, "server")).isZero();
        assertThat(counter(run, "TcpExtTW")).isEqualTo(N);
        assertSegments(run, 6, 7);
    }

    @Test
    void k2TheServerThatClosesFirstKeepsTimeWait() {
        Ended run = loopback("--server-close", "first");

        assertValid(run);
        assertTimeWait(run, "server");
        assertThat(connectionsOf(run, "client")).isZero();
        assertThat(counter(run, "TcpExtTW")).isEqualTo(N);
        assertSegments(run, 6, 7);
        assertThat(run.number("/activeCloser/server")).isEqualTo(N);
    }

    @Test
    void k5AnAbortByTheClientLeavesNothing() {
        Ended run = loopback("--close", "rst");

        assertValid(run);
        assertThat(connectionsOf(run, "client") + connectionsOf(run, "server")).isZero();
        assertThat(counter(run, "TcpExtTCPAbortOnData")).isEqualTo(N);
        assertThat(counter(run, "TcpOutRsts")).isEqualTo(N);
        assertThat(counter(run, "TcpEstabResets")).isEqualTo(2 * N);
        assertThat(counter(run, "TcpExtTW")).isZero();
        assertSegments(run, 4, 4);
    }

    @Test
    void k8AServerThatNeverClosesStaysInCloseWaitWhileTheClientWaitsInFinWait2() {
        Ended run = loopback("--close", "fin", "--server-close", "never", "--sysctl", "net.ipv4.tcp_fin_timeout=6");

        assertValid(run);
        assertThat(state(run, "client", "FIN_WAIT2")).isEqualTo(N);
        assertThat(state(run, "server", "CLOSE_WAIT")).isEqualTo(N);
        assertThat(run.number("/census/server/CLOSE_WAIT/unaccepted")).isZero();
        assertThat(counter(run, "TcpExtTW") + counter(run, "TcpExtTWKilled")).isEqualTo(N);
        assertThat(counter(run, "TcpExtDelayedACKs")).isEqualTo(N);
        assertSegments(run, 5, 5);
    }

    @Test
    void k13IsInvalidUnlessTheOverflowIsTheSubject() {
        Ended run = loopback("--close", "fin", "--sysctl", "net.ipv4.tcp_max_tw_buckets=0");

        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.text("/verdict/reasons/0/check")).isEqualTo("tw_overflow");
    }

    @Test
    void k35OnlyTheNamespaceOfTheActiveCloserHasTimeWait() {
        Ended clientFirst = veth("--close", "fin");
        assertValid(clientFirst);
        assertTimeWait(clientFirst, "client");
        assertThat(connectionsOf(clientFirst, "server")).isZero();
        assertThat(clientFirst.number("/counters/client/TcpExtTW")).isEqualTo(N);
        assertThat(clientFirst.number("/counters/server/TcpExtTW")).isZero();
        assertThat(clientFirst.number("/counters/client/TcpActiveOpens")).isEqualTo(N);
        assertThat(clientFirst.number("/counters/server/TcpPassiveOpens")).isEqualTo(N);

        Ended serverFirst = veth("--server-close", "first");
        assertValid(serverFirst);
        assertTimeWait(serverFirst, "server");
        assertThat(connectionsOf(serverFirst, "client")).isZero();
        assertThat(serverFirst.number("/counters/server/TcpExtTW")).isEqualTo(N);
        assertThat(serverFirst.number("/counters/client/TcpExtTW")).isZero();
    }

    @Test
    void k35AnAbortIsCountedOnceInEachNamespace() {
        Ended run = veth("--close", "rst");

        assertValid(run);
        assertThat(run.number("/counters/client/TcpExtTCPAbortOnData")).isEqualTo(N);
        assertThat(run.number("/counters/client/TcpOutRsts")).isEqualTo(N);
        assertThat(run.number("/counters/client/TcpEstabResets")).isEqualTo(N);
        assertThat(run.number("/counters/server/TcpEstabResets")).isEqualTo(N);
        assertThat(connectionsOf(run, "client") + connectionsOf(run, "server")).isZero();
    }

    @Test
    void iPv6ShowsTheSame() {
        for (String topology : List.of("loopback", "veth")) {
            Ended run = run(topology, "--close", "fin", "--family", "6");

            assertValid(run);
            assertTimeWait(run, "client");
            assertThat(connectionsOf(run, "server")).as(topology).isZero();
        }
    }

    private Ended loopback(String... flags) {
        return run("loopback", flags);
    }

    private Ended veth(String... flags) {
        return run("veth", flags);
    }

    /**
     * With tcp_rfc1337 a TIME_WAIT outlives an RST: on busy CPUs the server's kernel now and then answers a late
     * acknowledgement with one, which would free a port that a row counts on.
     */
    private Ended run(String topology, String... flags) {
        List<String> arguments = new ArrayList<>(List.of("--topology", topology, "--census", "full", "--quiet",
                "--sysctl", "net.ipv4.tcp_rfc1337=1"));
        List<String> given = List.of(flags);
        if (!given.contains("--connections")) {
            arguments.addAll(List.of("--connections", String.valueOf(N)));
        }
        if (!given.contains("--concurrency") && !given.contains("--rate")) {
            arguments.addAll(List.of("--concurrency", "1"));
        }
        arguments.addAll(given);
        return netchurn.run(arguments.toArray(String[]::new));
    }

    /** Valid, but for what a busy machine does to a run: that moves latencies, and no socket and no counter. */
    private static void assertValid(Ended run) {
        assertThat(run.result().at("/verdict/reasons").valueStream().map(reason -> reason.at("/check").asString()))
                .as(run.errors() + run.result().at("/verdict"))
                .isSubsetOf("event-loop-delay", "schedule-lag", "steal", "observer", "achieved-rate");
        assertThat(run.exitCode()).isIn(0, 5);
        assertThat(run.result().at("/books/agree").asBoolean()).isTrue();
    }

    /**
     * N, unless the server's kernel answered an acknowledgement that came late with an RST, which ends a TIME_WAIT (seen on
     * two CPUs that are both busy; tcp_timewait_state_process in net/ipv4/tcp_minisocks.c).
     */
    private static void assertTimeWait(Ended run, String side) {
        long ended = Math.max(counter(run, "TcpOutRsts"), run.number("/counters/server/TcpOutRsts"));
        assertThat(ended).as("RSTs in a run without aborts").isLessThan(N / 4);
        assertThat(state(run, side, "TIME_WAIT")).isBetween(N - ended, (long) N);
    }

    private static long state(Ended run, String side, String state) {
        return run.number("/census/" + side + "/" + state + "/final");
    }

    /** Sockets of a side that belong to connections. */
    private static long connectionsOf(Ended run, String side) {
        long sockets = 0;
        for (String state : List.of("ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
                "CLOSE_WAIT", "LAST_ACK", "CLOSING")) {
            sockets += state(run, side, state);
        }
        return sockets;
    }

    private static long counter(Ended run, String name) {
        return run.number("/counters/shared/" + name);
    }

    private static void assertSegments(Ended run, int least, int most) {
        assertThat(counter(run, "TcpInSegs")).isBetween((long) least * N, (long) most * N);
        assertThat(counter(run, "TcpOutSegs")).isBetween((long) least * N, (long) most * N);
        assertThat(counter(run, "TcpActiveOpens")).isEqualTo(N);
        assertThat(counter(run, "TcpPassiveOpens")).isEqualTo(N);
    }
}
