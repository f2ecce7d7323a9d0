package dev.netchurn.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.loadgen.cli.Netchurn.Ended;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a setting does to the kernel is seen in the run that it was set for, and so is what it is only believed to do. */
@Timeout(120)
class SysctlEffectIT {

    @TempDir
    Path folder;

    private Netchurn netchurn;

    @BeforeEach
    void prepare() {
        netchurn = new Netchurn(folder);
    }

    @Test
    void offLoopbackTimeWaitIsReusedWithOneOnlyAndOnlyWithTimestamps() {
        String[] tenPorts = {"--rate", "100", "--connections", "20", "--target-addresses", "1", "--close", "fin", "--sysctl",
            "ip_local_port_range=40000 40009", "--allow", "no_local_port"};

        Ended two = run(tenPorts, "--sysctl", "tcp_tw_reuse=2");
        assertThat(two.number("/ledger/established")).isEqualTo(10);
        assertThat(two.number("/ledger/failed/no_local_port")).isEqualTo(10);
        assertThat(notes(two)).containsExactly("reuse-on-loopback-only");
        assertThat(two.number("/predictions/timeWait/client/expected")).isEqualTo(10);

        Ended one = run(tenPorts, "--sysctl", "client:tcp_tw_reuse=1", "--sysctl", "client:tcp_tw_reuse_delay=10");
        assertThat(one.number("/ledger/established")).isEqualTo(20);
        assertThat(one.number("/counters/client/TcpExtTWRecycled")).isBetween(10L, 15L);
        assertThat(notes(one)).isEmpty();

        Ended without = run(tenPorts, "--sysctl", "client:tcp_tw_reuse=1", "--sysctl", "client:tcp_tw_reuse_delay=10",
                "--sysctl", "client:tcp_timestamps=0");
        assertThat(without.number("/ledger/established")).isEqualTo(10);
        assertThat(without.number("/counters/client/TcpExtTWRecycled")).isZero();
        assertThat(notes(without)).containsExactly("reuse-needs-timestamps");
    }

    @Test
    void whatIsSetIsRecordedAndCapsTheAcceptQueue() {
        Ended run = netchurn.run("--connections", "20", "--target-addresses", "1", "--acceptors", "1", "--sysctl",
                "server:somaxconn=7", "--sysctl", "net.ipv4.tcp_no_metrics_save=1", "--sysctl",
                "client:ip_local_reserved_ports=40001,40000");

        assertThat(run.number("/listenQueue/limit")).isEqualTo(7);
        assertThat(run.text("/environment/sysctls/server/net.core.somaxconn")).isEqualTo("7");
        assertThat(run.text("/environment/sysctls/client/net.core.somaxconn")).isNotEqualTo("7");
        assertThat(run.text("/environment/sysctls/client/net.ipv4.tcp_no_metrics_save")).isEqualTo("1");
        assertThat(run.text("/environment/sysctls/client/net.ipv4.ip_local_reserved_ports")).isEqualTo("40000-40001");
    }

    /**
     * An orphan whose FIN is acknowledged while close(2) still owns it stays a whole socket; it is armed like the others, but ends
     * with an RST, which takes the server's end along, and does not count as killed (net/ipv4/tcp_timer.c:tcp_keepalive_timer).
     */
    @Test
    void finTimeoutEndsFinWait2WhileCloseWaitStays() {
        Ended run = netchurn.run("--rate", "20", "--warmup", "0s", "--duration", "6s", "--close", "fin", "--server-close",
                "never", "--sysctl", "client:tcp_fin_timeout=3");

        assertThat(run.number("/counters/client/TcpExtTWKilled")).as("armed for 4 s or less").isBetween(108L, 120L);
        assertThat(run.number("/census/client/FIN_WAIT2/final")).isBetween(40L, 90L);
        assertThat(run.number("/census/server/CLOSE_WAIT/final")).isBetween(108L, 120L);
        assertThat(notes(run)).containsExactly("close-wait");
        assertThat(explained(run)).contains("FIN_WAIT2 client", "CLOSE_WAIT server", "TcpExtTWKilled client")
                .doesNotContain("TIME_WAIT client");
        assertThat(run.number("/predictions/timeWait/client/expected")).as("the server's FIN never came").isZero();
    }

    @Test
    void finTimeoutDoesNotShortenTimeWaitAndBucketsOnlyHideIt() {
        Ended run = netchurn.run("--connections", "20", "--close", "fin", "--sysctl", "tcp_fin_timeout=3", "--sysctl",
                "tcp_max_tw_buckets=5", "--allow", "tw_overflow");

        // A bucket that is just being taken or given back counts too (tw_refcount), so that one may stay free.
        long left = run.number("/census/client/TIME_WAIT/final");
        assertThat(left).isBetween(3L, 5L);
        assertThat(run.number("/predictions/timeWait/client/expected")).isEqualTo(5);
        assertThat(run.number("/counters/client/TcpExtTCPTimeWaitOverflow")).isEqualTo(20 - left);
        assertThat(notes(run)).containsExactly("fin-timeout", "overflow");
        assertThat(run.output()).contains("Mind ").containsPattern("tcp_fin_timeout=3 does not\\s+shorten TIME_WAIT");
    }

    @Test
    void anAbortIsCalledAnAbort() {
        Ended run = netchurn.run("--connections", "20", "--close", "rst");

        assertThat(notes(run)).containsExactly("abort");
        assertThat(explained(run)).contains("TcpExtTCPAbortOnData client").doesNotContain("TIME_WAIT client");
        assertThat(run.number("/predictions/timeWait/client/expected")).isZero();
    }

    private Ended run(String[] flags, String... more) {
        return netchurn.run(Stream.of(flags, more).flatMap(Stream::of).toArray(String[]::new));
    }

    private static List<String> notes(Ended run) {
        return run.result().at("/notes").valueStream().map(note -> note.at("/topic").asString()).toList();
    }

    private static List<String> explained(Ended run) {
        return run.result().at("/explanations").valueStream()
                .map(explanation -> explanation.at("/subject").asString() + " " + explanation.at("/side").asString()).toList();
    }
}
