package dev.netchurn.kernel;

import static dev.netchurn.kernel.NamespaceBooks.LOOPBACK;
import static dev.netchurn.kernel.NamespaceBooks.N;
import static dev.netchurn.kernel.NamespaceBooks.PORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.privatenet.Sysctl;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Linux does at bind(), connect() and in the accept queue, as the project's oracle table states it row by row. */
@Timeout(60)
@InPrivateNamespace
class OpenOracleIT {

    private NamespaceBooks books;

    @BeforeEach
    void open() {
        books = new NamespaceBooks();
    }

    @AfterEach
    void closeAll() {
        books.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1000})
    void k16ATimeWaitIsReusedAfterItsDelay(int delayMs) throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/sys/net/ipv4/tcp_tw_reuse_delay")), "this kernel has no tcp_tw_reuse_delay");
        Sysctl.set("net.ipv4.ip_local_port_range", "40000 40000");
        Sysctl.set("net.ipv4.tcp_tw_reuse", "1");
        Sysctl.set("net.ipv4.tcp_tw_reuse_delay", String.valueOf(delayMs));
        int listener = books.sockets.listen(LOOPBACK, PORT, 100);
        NamespaceBooks.Pair pair = books.pair(listener);
        int client = books.sockets.socket(LOOPBACK);
        long beforeNs = books.nanoTime();
        books.closeClientFirst(pair);

        if (delayMs >= 1000) { // A shorter delay may be over before this call on a busy machine.
            assertThat(books.sockets.connect(client, LOOPBACK, PORT)).isEqualTo(-Errno.EADDRNOTAVAIL);
        }
        boolean connected =
                books.eventually(Duration.ofSeconds(5), () -> books.sockets.connect(client, LOOPBACK, PORT) == 0);

        assertThat(connected).isTrue();
        assertThat(books.nanoTime() - beforeNs)
                .isBetween(Duration.ofMillis(delayMs - 1).toNanos(), Duration.ofMillis(delayMs + 2000).toNanos());
        assertThat(books.moved("TcpExtTWRecycled")).isEqualTo(1);
    }

    @Test
    void k17AFixedSourcePortReusesTimeWaitAtOnce() throws IOException {
        Sysctl.set("net.ipv4.tcp_tw_reuse", "0");
        int listener = books.sockets.listen(LOOPBACK, PORT, 100);
        for (int i = 0; i < 5; i++) {
            int client = boundClient(true);
            assertThat(books.sockets.connect(client, LOOPBACK, PORT)).isZero();
            books.closeClientFirst(new NamespaceBooks.Pair(client, books.sockets.accept(listener)));
        }

        assertThat(books.client(TcpState.TIME_WAIT)).isEqualTo(1);
        assertThat(books.moved("TcpExtTW")).isEqualTo(5);
        assertThat(books.moved("TcpExtTWRecycled")).isEqualTo(4);
        int withoutReuseAddress = books.sockets.socket(LOOPBACK);
        assertThat(books.sockets.bind(withoutReuseAddress, LOOPBACK, 5000)).isEqualTo(-Errno.EADDRINUSE);
    }

    @Test
    void k17WithoutTimestampsAFixedSourcePortCannotBeReused() throws IOException {
        Sysctl.set("net.ipv4.tcp_timestamps", "0");
        int listener = books.sockets.listen(LOOPBACK, PORT, 100);
        int first = boundClient(true);
        assertThat(books.sockets.connect(first, LOOPBACK, PORT)).isZero();
        books.closeClientFirst(new NamespaceBooks.Pair(first, books.sockets.accept(listener)));

        assertThat(books.sockets.connect(boundClient(true), LOOPBACK, PORT)).isEqualTo(-Errno.EADDRNOTAVAIL);
    }

    private int boundClient(boolean reuseAddress) {
        int client = books.sockets.socket(LOOPBACK);
        books.sockets.calls().setOption(client, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEADDR, reuseAddress ? 1 : 0);
        assertThat(books.sockets.bind(client, LOOPBACK, 5000)).isZero();
        return client;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void k18AndK19AFullAcceptQueueDropsSynsSilentlyWhateverAbortOnOverflowSays(int abortOnOverflow)
            throws IOException, InterruptedException {
        Sysctl.set("net.ipv4.tcp_abort_on_overflow", String.valueOf(abortOnOverflow));
        int listener = books.sockets.listen(LOOPBACK, PORT, 1);
        assertThat(books.queue()).as("and our code is loaded before a second counts").isEqualTo(new ListenQueue(0, 1, 0));
        assertThat(exactly()).isPresent();
        List<Integer> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(books.sockets.startConnect(LOOPBACK, PORT));
        }

        assertThat(books.server(TcpState.ESTABLISHED)).isEqualTo(2);
        assertThat(books.client(TcpState.ESTABLISHED)).isEqualTo(2);
        assertThat(books.client(TcpState.SYN_SENT)).isEqualTo(3);
        assertThat(books.queue()).isEqualTo(new ListenQueue(2, 1, 3));
        assertThat(exactly()).contains(new ListenQueue(2, 1, 3));
        assertThat(tcpInfo(listener)).satisfies(info -> {
            assertThat(info.unacked()).isEqualTo(2);
            assertThat(info.sacked()).isEqualTo(1);
        });
        assertThat(books.moved("TcpExtListenOverflows")).isEqualTo(3);
        assertThat(books.moved("TcpExtListenDrops")).isEqualTo(3);

        // The third repetition is a second away.
        assertThat(books.eventually(Duration.ofSeconds(5), () -> books.queue().drops() == 9)).isTrue();
        assertThat(books.moved("TcpExtTCPSynRetrans")).isEqualTo(6);
        assertThat(books.moved("TcpExtTCPTimeouts")).isEqualTo(6);
        assertThat(books.moved("TcpRetransSegs")).isEqualTo(6);

        books.sockets.accept(listener);
        books.sockets.accept(listener);
        assertThat(books.eventually(Duration.ofSeconds(5), () -> books.client(TcpState.ESTABLISHED) == 5)).isTrue();
        assertThat(clients.stream().map(this::tcpInfo).mapToLong(TcpInfo::totalRetrans)).containsExactly(0L, 0L, 3L, 3L, 3L);
        assertThat(books.moved("TcpOutRsts")).isLessThanOrEqualTo(abortOnOverflow);
    }

    private Optional<ListenQueue> exactly() {
        try (SockDiag diag = new SockDiag()) {
            assertThat(diag.listener(LOOPBACK, PORT + 1)).isEmpty();
            return diag.listener(LOOPBACK, PORT);
        }
    }

    private TcpInfo tcpInfo(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(TcpInfo.SIZE, 8);
            int length = books.sockets.calls().getOption(fd, Syscalls.SOL_TCP, Syscalls.TCP_INFO, info);
            return TcpInfo.parse(info, length);
        }
    }

    @Test
    void theFirstRoundTripIsThatOfTheHandshake() {
        books.sockets.listen(LOOPBACK, PORT, 10);
        TcpInfo info = tcpInfo(books.sockets.connect(LOOPBACK, PORT));

        assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED.number());
        assertThat(info.totalRetrans()).isZero();
        assertThat(info.rttNs()).isBetween(1_000L, Duration.ofSeconds(1).toNanos()).isEqualTo(info.minRttNs());
        assertThat(info.rttVariationNs()).isEqualTo(info.rttNs() / 2_000 * 1_000);
    }

    @Test
    void k22WithSyncookiesAFullRequestQueueStillAnswers() {
        int listener = books.sockets.listen(LOOPBACK, PORT, 3);
        books.sockets.deferAccept(listener, 30);
        for (int i = 0; i < 8; i++) {
            books.sockets.startConnect(LOOPBACK, PORT);
        }

        assertThat(books.server(TcpState.SYN_RECV)).isEqualTo(4);
        assertThat(books.server(TcpState.ESTABLISHED)).isEqualTo(4);
        assertThat(books.client(TcpState.ESTABLISHED)).isEqualTo(8);
        assertThat(books.moved("TcpExtTCPReqQFullDoCookies")).isEqualTo(4);
        assertThat(books.moved("TcpExtSyncookiesSent")).isEqualTo(4);
        assertThat(books.moved("TcpExtSyncookiesRecv")).isEqualTo(4);
        assertThat(books.moved("TcpExtTCPDeferAcceptDrop")).isEqualTo(4);
    }

    @Test
    void k23WithoutSyncookiesAFullRequestQueueDrops() throws IOException {
        Sysctl.set("net.ipv4.tcp_syncookies", "0");
        int listener = books.sockets.listen(LOOPBACK, PORT, 3);
        books.sockets.deferAccept(listener, 30);
        for (int i = 0; i < 8; i++) {
            books.sockets.startConnect(LOOPBACK, PORT);
        }

        assertThat(books.server(TcpState.SYN_RECV)).isEqualTo(4);
        assertThat(books.client(TcpState.ESTABLISHED)).isEqualTo(4);
        assertThat(books.client(TcpState.SYN_SENT)).isEqualTo(4);
        assertThat(books.moved("TcpExtTCPReqQFullDrop")).isEqualTo(4);
        assertThat(books.moved("TcpExtListenDrops")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void k20AndK21AbortOnOverflowActsAtTheThirdAck(int abortOnOverflow) throws IOException {
        Sysctl.set("net.ipv4.tcp_abort_on_overflow", String.valueOf(abortOnOverflow));
        int listener = books.sockets.listen(LOOPBACK, PORT, 20);
        books.sockets.deferAccept(listener, 30);
        List<Integer> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(books.sockets.connect(LOOPBACK, PORT));
        }
        assertThat(books.sockets.calls().listen(listener, 2)).isZero();
        clients.forEach(client -> books.sockets.send(client, 1));

        assertThat(books.server(TcpState.ESTABLISHED)).isEqualTo(3);
        assertThat(books.server(TcpState.SYN_RECV)).isEqualTo(abortOnOverflow == 1 ? 0 : 3);
        assertThat(books.client(TcpState.ESTABLISHED)).isEqualTo(abortOnOverflow == 1 ? 3 : 6);
        assertThat(books.moved("TcpExtListenOverflows")).isEqualTo(3);
        assertThat(books.moved("TcpExtListenDrops")).isEqualTo(3);
        assertThat(books.moved("TcpPassiveOpens")).isEqualTo(3);
        assertThat(books.moved("TcpExtEmbryonicRsts")).isEqualTo(3L * abortOnOverflow);
        assertThat(books.moved("TcpOutRsts")).isEqualTo(3L * abortOnOverflow);
    }

    @Test
    void k24WithoutSyncookiesUnprovenPeersAreRefusedEarly() throws IOException {
        Sysctl.set("net.ipv4.tcp_syncookies", "0");
        Sysctl.set("net.ipv4.tcp_max_syn_backlog", "8");
        int listener = books.sockets.listen(LOOPBACK, PORT, 100);
        books.sockets.deferAccept(listener, 30);
        for (int i = 0; i < 12; i++) {
            books.sockets.startConnect(LOOPBACK, PORT);
        }

        assertThat(books.server(TcpState.SYN_RECV)).isEqualTo(7);
        assertThat(books.client(TcpState.SYN_SENT)).isEqualTo(5);
        assertThat(books.moved("TcpExtListenDrops")).isEqualTo(5);
        assertThat(books.moved("TcpExtTCPReqQFullDrop")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void k28AClosedListenersQueueMigratesOnlyWhenAskedTo(int migrate) throws IOException {
        Sysctl.set("net.ipv4.tcp_migrate_req", String.valueOf(migrate));
        int survivor = reusePortListener();
        int closing = reusePortListener();
        for (int i = 0; i < N; i++) {
            books.sockets.connect(LOOPBACK, PORT);
        }
        long moving = tcpInfo(closing).unacked();
        long staying = tcpInfo(survivor).unacked();
        books.sockets.close(closing);

        assertThat(staying + moving).isEqualTo(N);
        assertThat(books.queue().length()).isEqualTo(migrate == 1 ? N : staying);
        assertThat(books.moved("TcpOutRsts")).isEqualTo(migrate == 1 ? 0 : moving);
        assertThat(books.moved("TcpExtTCPMigrateReqSuccess")).isEqualTo(migrate == 1 ? moving : 0);
    }

    private int reusePortListener() {
        int listener = server("REUSEPORT");
        assertThat(books.sockets.bind(listener, LOOPBACK, PORT)).isZero();
        assertThat(books.sockets.calls().listen(listener, 100)).isZero();
        return listener;
    }

    @Test
    void k25AClosedPortRefuses() {
        for (int i = 0; i < N; i++) {
            int client = books.sockets.socket(LOOPBACK);
            assertThat(books.sockets.connect(client, LOOPBACK, PORT)).isEqualTo(-Errno.ECONNREFUSED);
        }

        assertThat(books.moved("TcpAttemptFails")).isEqualTo(N);
        assertThat(books.moved("TcpOutRsts")).isEqualTo(N);
        assertThat(books.moved("TcpInSegs")).isEqualTo(2 * N);
    }

    @ParameterizedTest(name = "old {0}, new {1}: {2}")
    @CsvSource({
        "REUSEADDR, REUSEADDR, works", "REUSEADDR, NONE, EADDRINUSE", "NONE, REUSEADDR, EADDRINUSE",
        "REUSEPORT, REUSEPORT, works"
    })
    void k29ARestartedServerBindsOverItsTimeWait(String before, String after, String outcome) {
        int old = server(before);
        assertThat(books.sockets.bind(old, LOOPBACK, PORT)).isZero();
        assertThat(books.sockets.calls().listen(old, 100)).isZero();
        for (NamespaceBooks.Pair pair : books.pairs(old, N)) {
            books.sockets.close(pair.server());
            books.sockets.close(pair.client());
        }
        books.sockets.close(old);
        assertThat(books.server(TcpState.TIME_WAIT)).isEqualTo(N);

        int bound = books.sockets.bind(server(after), LOOPBACK, PORT);

        assertThat(bound == 0 ? "works" : Errno.name(-bound)).isEqualTo(outcome);
    }

    private int server(String option) {
        int fd = books.sockets.socket(LOOPBACK);
        switch (option) {
            case "REUSEADDR" -> books.sockets.calls().setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEADDR, 1);
            case "REUSEPORT" -> books.sockets.calls().setOption(fd, Syscalls.SOL_SOCKET, Syscalls.SO_REUSEPORT, 1);
            default -> {}
        }
        return fd;
    }

    @Test
    void k30ABindWithoutAPortSharesFourTuplesOnlyWhenThePortIsChosenLate() throws IOException {
        Sysctl.set("net.ipv4.ip_local_port_range", "40000 40009");
        Sysctl.set("net.ipv4.tcp_tw_reuse", "0");
        InetAddress source = InetAddress.ofLiteral("127.0.0.2");
        books.sockets.listen(LOOPBACK, PORT, 100);
        books.sockets.listen(LOOPBACK, PORT + 1, 100);
        List<Integer> outcomes = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            int client = books.sockets.socket(LOOPBACK);
            books.sockets.calls().setOption(client, Syscalls.SOL_IP, Syscalls.IP_BIND_ADDRESS_NO_PORT, 1);
            assertThat(books.sockets.bind(client, source, 0)).isZero();
            outcomes.add(books.sockets.connect(client, LOOPBACK, PORT + i % 2));
        }

        assertThat(outcomes).filteredOn(outcome -> outcome == 0).hasSize(20);
        assertThat(outcomes).filteredOn(outcome -> outcome == -Errno.EADDRNOTAVAIL).hasSize(4);
    }
}
