package dev.netchurn.kernel;

import static dev.netchurn.kernel.NamespaceBooks.LOOPBACK;
import static dev.netchurn.kernel.NamespaceBooks.N;
import static dev.netchurn.kernel.NamespaceBooks.PORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.Programs;
import dev.netchurn.privatenet.Sysctl;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How TIME_WAIT ends, as the project's oracle table states it. One test takes more than a minute, because TIME_WAIT does. */
@Timeout(110)
@InPrivateNamespace(timeoutSeconds = 100)
class TimeWaitOracleIT {

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
    void k4TimeWaitLastsAMinuteWhateverTheFinTimeoutIs() throws IOException, InterruptedException {
        Sysctl.set("net.ipv4.tcp_fin_timeout", "7");
        long beforeNs = books.nanoTime();
        books.pairs(listener, N).forEach(books::closeClientFirst);
        long afterNs = books.nanoTime();

        Thread.sleep(Duration.ofSeconds(59).minusNanos(books.nanoTime() - beforeNs));
        assertThat(books.client(TcpState.TIME_WAIT)).isEqualTo(N);
        assertThat(books.sockStat().timeWait()).isEqualTo(N);

        Thread.sleep(Duration.ofSeconds(63).minusNanos(books.nanoTime() - afterNs));
        // The step of the kernel's timer wheel at this distance is 2.05 s at 250 Hz, but up to 5.1 s at other rates.
        assertThat(books.eventually(Duration.ofSeconds(3), () -> books.sockStat().timeWait() == 0)).isTrue();
        assertThat(books.client(TcpState.TIME_WAIT)).isZero();
        assertThat(books.moved("TcpExtTW")).as("counted when they began").isEqualTo(N);
        assertThat(books.moved("TcpExtTWKilled")).isZero();
    }

    @Test
    void k36KilledTimeWaitIsGoneAndNoCounterTellsOfIt() throws IOException, InterruptedException {
        books.pairs(listener, N).forEach(books::closeClientFirst);
        assertThat(books.sockStat().timeWait()).isEqualTo(N);
        books.pair(listener);
        Programs.run("ss", "--tcp", "--kill", "state", "established");
        assumeTrue(books.client(TcpState.ESTABLISHED) == 0, "this kernel cannot kill sockets (CONFIG_INET_DIAG_DESTROY)");
        TcpCounters beforeTheKill = books.moved();

        Programs.run("ss", "--tcp", "--kill", "state", "time-wait");

        assertThat(books.sockStat().timeWait()).isZero();
        assertThat(books.client(TcpState.TIME_WAIT)).isZero();
        assertThat(books.moved()).isEqualTo(beforeTheKill);
        assertThat(books.moved("TcpExtTW")).isEqualTo(N);
    }
}
