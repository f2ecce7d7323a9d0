package dev.netchurn.server;

import static dev.netchurn.kernel.NamespaceBooks.N;
import static dev.netchurn.kernel.NamespaceBooks.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.kernel.ListenQueue;
import dev.netchurn.kernel.NamespaceBooks;
import dev.netchurn.kernel.TcpState;
import dev.netchurn.linux.Errno;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each unusual way to close does to both ends' sockets and to the kernel's counters, and what the target books. */
@InPrivateNamespace
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ServerCloseOracleIT {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String IPV4 = "127.0.0.1";

    private NamespaceBooks kernel;

    @BeforeEach
    void open() {
        kernel = new NamespaceBooks();
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, "::1"})
    void anAbortAfterTheClientsFinLeavesNoTimeWait(String address) throws InterruptedException {
        try (ChurnServer server = start(address, "rst-after-client", 100)) {
            for (int i = 0; i < N; i++) {
                int client = connect(address);
                kernel.sockets.shutdownWrite(client);
                assertThat(kernel.sockets.receive(client)).isEqualTo(-Errno.ECONNRESET);
                kernel.sockets.close(client);
            }

            Targets.booksBecome(server, new ServerBooks(N, N, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            assertNothingLeft();
            assertThat(kernel.moved("TcpExtTCPAbortOnData")).isEqualTo(N);
            assertThat(kernel.moved("TcpOutRsts")).isEqualTo(N);
            // At the server, in CLOSE_WAIT; the client was in FIN_WAIT already.
            assertThat(kernel.moved("TcpEstabResets")).isEqualTo(N);
            assertThat(kernel.moved("TcpExtTW")).isZero();
        }
    }

    @Test
    void anAbortEndsTheFinWaitOfAClientThatDoesNotListen() throws InterruptedException {
        try (ChurnServer server = start(IPV4, "rst-after-client", 100)) {
            for (int i = 0; i < N; i++) {
                kernel.sockets.close(connect(IPV4));
            }

            becomes(N, () -> server.books().closedAfterClient());
            assertNothingLeft();
            assertThat(kernel.moved("TcpExtTCPAbortOnData")).isEqualTo(N);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, "::1"})
    void dataFlowsAfterTheClientsFin(String address) throws InterruptedException {
        try (ChurnServer server = start(address, "half-close:5000", 100)) {
            for (int i = 0; i < N; i++) {
                int client = connect(address);
                kernel.sockets.shutdownWrite(client);
                assertThat(readToTheEnd(client)).isEqualTo(5000);
                kernel.sockets.close(client);
            }

            Targets.booksBecome(server, new ServerBooks(N, N, 0, 0, 0, 0, 0, 0, 5000 * N, 0, 0, 0));
            becomes(N, () -> kernel.client(TcpState.TIME_WAIT));
            assertThat(kernel.server(TcpState.TIME_WAIT)).isZero();
            becomes(N, () -> kernel.moved("TcpExtTW"));
            assertThat(kernel.moved("TcpOutRsts")).isZero();
        }
    }

    @Test
    void aHalfCloseLargerThanTheBuffersArrivesWhole() {
        int bytes = 64 << 20;
        try (ChurnServer server = start(IPV4, "half-close:64MiB", 100)) {
            int client = connect(IPV4);
            kernel.sockets.shutdownWrite(client);
            Targets.pause(50);
            assertThat(server.books().open()).isOne();
            assertThat(readToTheEnd(client)).isEqualTo(bytes);
            Targets.booksBecome(server, new ServerBooks(1, 1, 0, 0, 0, 0, 0, 0, bytes, 0, 0, 0));
        }
    }

    /** RFC 1122, section 4.2.2.13: a host that has closed and receives data answers with RST. */
    @Test
    void aClientThatHasClosedAnswersTheBytesWithAnRst() throws InterruptedException {
        try (ChurnServer server = start(IPV4, "half-close:1", 100)) {
            for (int i = 0; i < N; i++) {
                kernel.sockets.close(connect(IPV4));
            }

            becomes(N, () -> server.books().closedAfterClient() + server.books().resetByClient());
            assertNothingLeft();
            assertThat(kernel.moved("TcpOutRsts")).isBetween((long) N, 2L * N);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, "::1"})
    void aLeakKeepsExactlyItsShareInCloseWait(String address) throws InterruptedException {
        ChurnServer server = start(address, "leak:0.3", 100);
        try (server) {
            for (int i = 0; i < N; i++) {
                kernel.sockets.close(connect(address));
            }

            Targets.booksBecome(server, new ServerBooks(N, 14, 0, 0, 6, 6, 0, 0, 0, 0, 0, 0));
            becomes(6, () -> kernel.client(TcpState.FIN_WAIT2));
            becomes(14, () -> kernel.client(TcpState.TIME_WAIT));
            becomes(6, () -> kernel.server(TcpState.CLOSE_WAIT));
        }
        assertThat(server.books().leaked()).isEqualTo(6);
        becomes(0, () -> kernel.server(TcpState.CLOSE_WAIT));
    }

    @ParameterizedTest
    @ValueSource(strings = {IPV4, "::1"})
    void aTargetThatDoesNotAcceptFillsItsQueueAndNoMore(String address) throws InterruptedException {
        ChurnServer server = start(address, "no-accept", 4);
        try (server) {
            for (int i = 0; i < 5; i++) {
                kernel.sockets.close(connect(address));
            }
            int late = kernel.sockets.startConnect(InetAddress.ofLiteral(address), PORT);

            becomes(5, () -> kernel.client(TcpState.FIN_WAIT2));
            assertThat(kernel.client(TcpState.SYN_SENT)).isOne();
            becomes(5, () -> kernel.server(TcpState.CLOSE_WAIT));
            assertThat(kernel.unacceptedCloseWait()).isEqualTo(5);
            ListenQueue queue = kernel.queue();
            assertThat(queue.length()).isEqualTo(5);
            assertThat(queue.limit()).isEqualTo(4);
            assertThat(kernel.moved("TcpPassiveOpens")).isEqualTo(5);
            assertThat(kernel.moved("TcpExtListenOverflows")).isPositive();
            assertThat(server.books()).isEqualTo(ServerBooks.EMPTY);
            kernel.sockets.close(late);
        }
        // Closing the listener aborts what nobody took, and it is gone.
        becomes(0, () -> kernel.server(TcpState.CLOSE_WAIT));
        assertThat(kernel.moved("TcpOutRsts")).isGreaterThanOrEqualTo(5);
    }

    private void assertNothingLeft() throws InterruptedException {
        for (TcpState state : TcpState.values()) {
            if (state != TcpState.LISTEN) {
                becomes(0, () -> kernel.client(state) + kernel.server(state));
            }
        }
    }

    /**
     * A segment that close(2) sends may wait for the kernel's own thread (ksoftirqd), so its receiver can be behind the books
     * of its sender.
     */
    private void becomes(long expected, LongSupplier actual) throws InterruptedException {
        kernel.eventually(SOON, () -> actual.getAsLong() == expected);
        assertThat(actual.getAsLong()).isEqualTo(expected);
    }

    private ChurnServer start(String address, String close, int backlog) {
        Endpoint endpoint = new Endpoint(InetAddress.ofLiteral(address), PORT);
        return Targets.start(
                new ServerPlan(Engine.EPOLL, List.of(endpoint), ServerClose.parse(close), new Exchange.None(), backlog, 1));
    }

    private int connect(String address) {
        return kernel.sockets.connect(InetAddress.ofLiteral(address), PORT);
    }

    /** Bytes until the server's FIN. */
    private long readToTheEnd(int fd) {
        long bytes = 0;
        for (int received = kernel.sockets.receive(fd); received != 0; received = kernel.sockets.receive(fd)) {
            assertThat(received).isPositive();
            bytes += received;
        }
        return bytes;
    }
}
