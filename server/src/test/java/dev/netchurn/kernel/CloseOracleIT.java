package dev.netchurn.kernel;

import static dev.netchurn.kernel.NamespaceBooks.LOOPBACK;
import static dev.netchurn.kernel.NamespaceBooks.N;
import static dev.netchurn.kernel.NamespaceBooks.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.NamespaceBooks.Pair;
import dev.netchurn.linux.Errno;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.Sysctl;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Linux does at close(), as the project's oracle table states it row by row, seen through our own readers. */
@Timeout(60)
@InPrivateNamespace
class CloseOracleIT {

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

    @Test
    void k7ClosingWithAnUnreadByteIsAnAbort() {
        for (Pair pair : books.pairs(listener, N)) {
            books.sockets.send(pair.server(), 1);
            books.sockets.close(pair.client());
            assertThat(books.sockets.receive(pair.server())).isEqualTo(-Errno.ECONNRESET);
            books.sockets.close(pair.server());
        }

        assertThat(books.moved("TcpExtTCPAbortOnClose")).isEqualTo(N);
        assertThat(books.moved("TcpOutRsts")).isEqualTo(N);
        assertThat(books.moved("TcpEstabResets")).isEqualTo(2 * N);
        assertThat(books.moved("TcpInSegs")).isEqualTo(6 * N);
        assertThat(books.moved("TcpExtTW")).isZero();
        assertThat(books.client(TcpState.TIME_WAIT)).isZero();
    }

    @Test
    void k9AFinTimeoutAboveSixtySecondsKeepsAFullOrphan() throws IOException, InterruptedException {
        Sysctl.set("net.ipv4.tcp_fin_timeout", "70");
        books.pairs(listener, 5).forEach(pair -> books.sockets.close(pair.client()));

        finWait2Becomes(5);
        assertThat(timersOfFinWait2()).containsOnly(2);
        assertThat(books.sockStat().timeWait()).isZero();
        assertThat(books.sockStat().orphans()).as("of the machine").isGreaterThanOrEqualTo(5);
        assertThat(books.moved("TcpExtTW")).isZero();
    }

    @Test
    void k8bAnOrdinaryOrphanIsAMiniThatSockstatCountsAsTimeWait() throws InterruptedException {
        books.pairs(listener, 5).forEach(pair -> books.sockets.close(pair.client()));

        finWait2Becomes(5);
        assertThat(books.client(TcpState.TIME_WAIT)).isZero();
        assertThat(books.server(TcpState.CLOSE_WAIT)).isEqualTo(5);
        assertThat(timersOfFinWait2()).containsOnly(SockDiag.TIMER_OF_MINI);
        assertThat(books.sockStat().timeWait()).isEqualTo(5);
        assertThat(books.moved("TcpExtTW")).isEqualTo(5);
        assertThat(books.currentlyEstablished()).isEqualTo(5);
    }

    /** Rows K8c and K8d: after tcp_fin_timeout, and when the server closes at last. */
    @Test
    void k8AnOrphanAgesOutWhileTheServerKeepsCloseWaitUntilItCloses() throws InterruptedException, IOException {
        Sysctl.set("net.ipv4.tcp_fin_timeout", "6");
        List<Pair> pairs = books.pairs(listener, N);
        pairs.forEach(pair -> books.sockets.close(pair.client()));
        assertThat(books.server(TcpState.CLOSE_WAIT)).isEqualTo(N);

        finWait2Becomes(N);
        finWait2Becomes(0);
        assertThat(books.server(TcpState.CLOSE_WAIT)).isEqualTo(N);
        assertThat(books.sockStat().timeWait()).isZero();
        assertThat(books.currentlyEstablished()).isEqualTo(N);

        pairs.forEach(pair -> books.sockets.close(pair.server()));
        assertThat(books.server(TcpState.CLOSE_WAIT)).isZero();
        assertThat(books.moved("TcpOutRsts")).isEqualTo(N);
        assertThat(books.currentlyEstablished()).isZero();
    }

    @Test
    void k10AHalfCloseKeepsFullSocketsForGood() throws InterruptedException {
        books.pairs(listener, N).forEach(pair -> books.sockets.shutdownWrite(pair.client()));

        finWait2Becomes(N);
        assertThat(books.server(TcpState.CLOSE_WAIT)).isEqualTo(N);
        assertThat(books.sockStat().timeWait()).isZero();
        assertThat(books.sockStat().inUse()).isEqualTo(2 * N + 1);
    }

    @Test
    void k11NegativeLinger2AbortsInsteadOfFinWait2() throws InterruptedException {
        List<Pair> pairs = books.pairs(listener, N);
        for (Pair pair : pairs) {
            books.sockets.linger2(pair.client(), -1);
            books.sockets.close(pair.client());
        }
        assertThat(books.eventually(Duration.ofSeconds(5), () -> books.moved("TcpOutRsts") == N)).isTrue();

        assertThat(books.client(TcpState.FIN_WAIT1) + books.client(TcpState.FIN_WAIT2)).isZero();
        assertThat(books.client(TcpState.TIME_WAIT)).isZero();
        assertThat(books.moved("TcpExtTCPAbortOnData")).isEqualTo(N);
        assertThat(books.moved("TcpEstabResets")).isEqualTo(N);
        assertThat(pairs).allSatisfy(pair -> assertThat(books.sockets.receive(pair.server())).isZero());
    }

    @Test
    void k12NegativeLinger2AfterAHalfCloseIsCountedApart() throws InterruptedException {
        List<Pair> pairs = books.pairs(listener, N);
        for (Pair pair : pairs) {
            books.sockets.linger2(pair.client(), -1);
            books.sockets.shutdownWrite(pair.client());
        }
        finWait2Becomes(N);
        pairs.forEach(pair -> books.sockets.close(pair.client()));

        assertThat(books.moved("TcpExtTCPAbortOnLinger")).isEqualTo(N);
        assertThat(books.moved("TcpExtTCPAbortOnData")).isZero();
        assertThat(books.moved("TcpOutRsts")).isEqualTo(N);
        assertThat(books.moved("TcpEstabResets")).isEqualTo(N);
        assertThat(books.client(TcpState.FIN_WAIT2)).isZero();
    }

    @Test
    void k27ClosingAListenerAbortsWhatItDidNotAccept() {
        List<Integer> clients = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            clients.add(books.sockets.connect(LOOPBACK, PORT));
        }
        books.sockets.close(listener);

        assertThat(books.moved("TcpOutRsts")).isEqualTo(N);
        assertThat(books.moved("TcpEstabResets")).isEqualTo(2 * N);
        assertThat(books.moved("TcpExtTCPAbortOnData") + books.moved("TcpExtTCPAbortOnClose")).isZero();
        assertThat(clients).allSatisfy(client -> assertThat(books.sockets.receive(client)).isEqualTo(-Errno.ECONNRESET));
        assertThat(books.client(TcpState.ESTABLISHED)).isZero();
    }

    @ParameterizedTest(name = "linger {0}, sent after a reply: {1}")
    @CsvSource({"5,false,0,4000", "5,true,35,4000"})
    void k31ALingeringCloseWaitsForTheAckOfItsFin(int lingerSeconds, boolean afterData, long leastMs, long mostMs) {
        Pair pair = books.pair(listener);
        if (afterData) {
            books.sockets.send(pair.client(), 1);
            assertThat(books.sockets.receive(pair.server())).isEqualTo(1);
        }
        books.sockets.linger(pair.client(), lingerSeconds);
        long startNs = books.nanoTime();
        books.sockets.close(pair.client());
        long tookNs = books.nanoTime() - startNs;

        // Its delay is one or two ticks when no data came before, which a virtual machine may make up for in a burst.
        assertThat(books.moved("TcpExtDelayedACKs")).isPositive();
        assertThat(tookNs).isBetween(Duration.ofMillis(leastMs).toNanos(), Duration.ofMillis(mostMs).toNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "plain, -1, false, TcpExtTW",
        "unread data, -1, true, TcpExtTCPAbortOnClose",
        "linger 0, 0, false, TcpExtTCPAbortOnData",
        "linger 5, 5, false, TcpExtTW"
    })
    void k32AKilledClientIsClosedByTheKernel(String kind, int lingerSeconds, boolean unread, String counter)
            throws IOException, InterruptedException {
        Process client = SittingClient.start(PORT, lingerSeconds);
        int server = books.sockets.accept(listener);
        if (unread) {
            books.sockets.send(server, 1);
        }
        client.destroyForcibly().waitFor();
        assertThat(books.eventually(Duration.ofSeconds(5), () -> books.server(TcpState.ESTABLISHED) == 0)).isTrue();
        books.sockets.close(server);

        assertThat(books.eventually(Duration.ofSeconds(5), () -> books.moved(counter) == 1)).as(kind).isTrue();
    }

    /** The ACK of a FIN is delayed. */
    private void finWait2Becomes(int count) throws InterruptedException {
        books.eventually(Duration.ofSeconds(10), () -> books.client(TcpState.FIN_WAIT2) == count);
        assertThat(books.client(TcpState.FIN_WAIT2)).isEqualTo(count);
    }

    private List<Integer> timersOfFinWait2() {
        List<Integer> timers = new ArrayList<>();
        try (SockDiag diag = new SockDiag()) {
            diag.dump(TcpState.FIN_WAIT2.bit(),
                    (family, state, localPort, remotePort, inode, timer, rqueue, wqueue, drops) -> timers.add(timer));
        }
        return timers;
    }
}
