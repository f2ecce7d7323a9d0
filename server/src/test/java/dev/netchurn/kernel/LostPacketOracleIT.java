package dev.netchurn.kernel;

import static dev.netchurn.kernel.NamespaceBooks.LOOPBACK;
import static dev.netchurn.kernel.NamespaceBooks.PORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.netchurn.kernel.NamespaceBooks.Pair;
import dev.netchurn.linux.Errno;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.PacketFilter;
import dev.netchurn.privatenet.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Linux does when the network loses a SYN or a FIN, as the project's oracle table states it row by row. */
@Timeout(60)
@InPrivateNamespace
class LostPacketOracleIT {

    private static final String A_FIN = "tcp flags & fin == fin";
    /** A lost FIN is repeated after 0.2, 0.4, 0.8, … seconds. */
    private static final Duration HEALING = Duration.ofSeconds(20);

    private NamespaceBooks books;
    private int listener;

    @BeforeEach
    void listen() {
        books = new NamespaceBooks();
        listener = books.sockets.listen(LOOPBACK, PORT, 1000);
    }

    @AfterEach
    void closeAll() {
        books.close();
    }

    @ParameterizedTest(name = "with {0} linear timeouts: {1} repetitions")
    @CsvSource({"0, 1, 2, 2900, 6000", "1, 2, 3, 3900, 7000"})
    void k26AConnectWithoutAnAnswerTimesOut(int linearTimeouts, int repetitions, int timeouts, long leastMs, long mostMs)
            throws IOException, InterruptedException {
        assumeTrue(
                Files.exists(Path.of("/proc/sys/net/ipv4/tcp_syn_linear_timeouts")),
                "this kernel has no tcp_syn_linear_timeouts");
        Sysctl.set("net.ipv4.tcp_syn_retries", "1");
        Sysctl.set("net.ipv4.tcp_syn_linear_timeouts", String.valueOf(linearTimeouts));
        PacketFilter.drop("syns", "tcp dport " + PORT + " tcp flags syn");
        long startNs = books.nanoTime();
        int client = books.sockets.startConnect(LOOPBACK, PORT);
        assertThat(books.client(TcpState.SYN_SENT)).isEqualTo(1);

        assertThat(books.eventually(Duration.ofSeconds(20), () -> books.moved("TcpAttemptFails") == 1)).isTrue();

        assertThat(books.nanoTime() - startNs)
                .isBetween(Duration.ofMillis(leastMs).toNanos(), Duration.ofMillis(mostMs).toNanos());
        assertThat(books.sockets.calls().pendingError(client)).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(books.client(TcpState.SYN_SENT)).isZero();
        assertThat(books.moved("TcpExtTCPSynRetrans")).isEqualTo(repetitions);
        assertThat(books.moved("TcpRetransSegs")).isEqualTo(repetitions);
        assertThat(books.moved("TcpExtTCPTimeouts")).isEqualTo(timeouts);
        assertThat(books.moved("TcpExtTCPAbortOnTimeout")).isEqualTo(1);
        assertThat(books.moved("TcpInSegs")).as("the filter stands before TCP").isZero();
    }

    @Test
    void k33ASimultaneousCloseLeavesTimeWaitAtBothEnds() throws IOException, InterruptedException {
        Pair pair = books.pair(listener);
        // Lets all but the first two pass, so that no repetition is lost however slow this machine is.
        PacketFilter.drop("fins", A_FIN + " numgen inc mod 1000000 < 2");
        books.closeClientFirst(pair);

        assertThat(books.eventually(HEALING, this::timeWaitAtBothEnds)).isTrue();
        assertThat(books.sockStat().timeWait()).isEqualTo(2);
        assertThat(books.moved("TcpExtTW")).isEqualTo(2);
        assertThat(books.moved("TcpExtTCPLossProbes")).isEqualTo(2);
        assertThat(books.moved("TcpRetransSegs")).isEqualTo(2);
    }

    @Test
    void k33TheEndThatHearsTheOthersFinBeforeTheAckOfItsOwnIsClosing() throws IOException, InterruptedException {
        Pair pair = books.pair(listener);
        PacketFilter fins = PacketFilter.drop("fins", A_FIN);
        books.closeClientFirst(pair);
        assertThat(books.client(TcpState.FIN_WAIT1)).isEqualTo(1);
        assertThat(books.server(TcpState.FIN_WAIT1)).isEqualTo(1);
        PacketFilter toClient = PacketFilter.drop("toClient", "tcp sport " + PORT);
        fins.remove();

        assertThat(books.eventually(HEALING, () -> books.server(TcpState.CLOSING) == 1)).isTrue();
        assertThat(books.client(TcpState.FIN_WAIT1)).isEqualTo(1);
        assertThat(books.sockStat().timeWait()).isZero();
        assertThat(books.sockStat().orphans()).as("of the machine").isGreaterThanOrEqualTo(2);
        toClient.remove();

        assertThat(books.eventually(HEALING, this::timeWaitAtBothEnds)).isTrue();
        assertThat(books.moved("TcpExtTW")).isEqualTo(2);
    }

    private boolean timeWaitAtBothEnds() {
        return books.client(TcpState.TIME_WAIT) == 1 && books.server(TcpState.TIME_WAIT) == 1;
    }

    @Test
    void k34AServerWhoseFinIsLostStaysInLastAckUntilItIsHeard() throws IOException, InterruptedException {
        Pair pair = books.pair(listener);
        books.sockets.close(pair.client());
        assertThat(books.eventually(HEALING, () -> books.client(TcpState.FIN_WAIT2) == 1)).isTrue();
        PacketFilter fins = PacketFilter.drop("fins", "tcp sport " + PORT + " " + A_FIN);
        books.sockets.close(pair.server());

        assertThat(books.eventually(HEALING, () -> books.moved("TcpExtTCPTimeouts") > 0)).isTrue();
        assertThat(books.moved("TcpExtTCPLossProbes")).isEqualTo(1);
        assertThat(books.server(TcpState.LAST_ACK)).isEqualTo(1);
        assertThat(books.client(TcpState.FIN_WAIT2)).isEqualTo(1);
        assertThat(books.sockStat().timeWait()).isEqualTo(1);
        assertThat(books.sockStat().orphans()).as("of the machine").isPositive();
        fins.remove();

        assertThat(books.eventually(HEALING, () -> books.client(TcpState.TIME_WAIT) == 1)).isTrue();
        assertThat(books.client(TcpState.FIN_WAIT2)).isZero();
        assertThat(books.server(TcpState.LAST_ACK)).isZero();
        assertThat(books.moved("TcpExtTW")).as("once for both states").isEqualTo(1);
    }

    /** 0 means 8 repeats, which take more than a minute and a half. */
    @Test
    void tcpOrphanRetriesEndsAClosedSocketWhoseFinNobodyHears() throws IOException, InterruptedException {
        Sysctl.set("net.ipv4.tcp_orphan_retries", "1");
        Pair pair = books.pair(listener);
        PacketFilter.drop("fins", "tcp dport " + PORT + " " + A_FIN);
        books.sockets.close(pair.client());
        assertThat(books.client(TcpState.FIN_WAIT1)).isEqualTo(1);

        assertThat(books.eventually(HEALING, () -> books.client(TcpState.FIN_WAIT1) == 0)).isTrue();
        assertThat(books.moved("TcpExtTCPAbortOnTimeout")).isEqualTo(1);
        assertThat(books.sockStat().timeWait()).isZero();
        assertThat(books.server(TcpState.ESTABLISHED)).as("it was never told").isEqualTo(1);
    }
}
