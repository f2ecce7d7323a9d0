package dev.netchurn.server;

import static dev.netchurn.server.Targets.books;
import static dev.netchurn.server.Targets.booksBecome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.linux.Errno;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to close against every way in which a client can end. */
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ChurnServerIT {

    @Parameter
    private Engine engine;

    private ServerPlan plan(String close, String exchange) {
        return Targets.on(engine, Targets.plan(close, exchange));
    }

    private ServerPlan plan(List<Endpoint> endpoints, String close, String exchange, int acceptors) {
        return Targets.on(engine, Targets.plan(endpoints, close, exchange, acceptors));
    }

    private final TestClient client = new TestClient();

    @AfterEach
    void closeClient() {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"after-client", "delay:20ms"})
    void answersAFinWithItsOwn(String policy) {
        ServerPlan plan = plan(policy, "none");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            booksBecome(server, books(1, 1, 0, 0, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"after-client", "delay:20ms"})
    void answersAFinThatComesLongAfterTheAccept(String policy) {
        ServerPlan plan = plan(policy, "none");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            assertThat(Targets.await(server, books -> books.accepted() == 1).open()).isOne();
            Targets.pause(20);
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            booksBecome(server, books(1, 1, 0, 0, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"after-client", "delay:20ms", "never"})
    void booksAClientsResetAfterTheAccept(String policy) {
        ServerPlan plan = plan(policy, "none");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            Targets.await(server, books -> books.accepted() == 1);
            Targets.pause(20);
            client.reset(fd);
            booksBecome(server, books(1, 0, 0, 1, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"after-client", "delay:20ms", "never", "first", "rst"})
    void booksEveryConnectionWhoseClientResetsAtOnce(String policy) {
        ServerPlan plan = plan(policy, "none");
        try (ChurnServer server = Targets.start(plan)) {
            client.reset(client.connect(plan.listen().getFirst()));
            ServerBooks books = Targets.await(server, seen -> seen.accepted() == 1 && seen.open() == 0);
            assertThat(books.accepted()).isOne();
            assertThat(books.resetByClient() + books.closedFirst()).isOne();
        }
    }

    @Test
    void waitsTheDelayFromTheClientsFinOn() {
        ServerPlan plan = plan("delay:100ms", "none");
        try (ChurnServer server = Targets.start(plan)) {
            int early = client.connect(plan.listen().getFirst());
            Targets.await(server, books -> books.accepted() == 1);
            Targets.pause(150);
            assertThat(server.books().open()).isOne();
            long startNs = clockNs();
            client.sendFin(early);
            assertThat(client.receiveOnce(early)).isZero();
            assertThat(clockNs() - startNs).isBetween(99_000_000L, 4_000_000_000L);
            client.close(early);
        }
    }

    @Test
    void neverClosesAndLeavesTheClientInFinWait2() {
        ServerPlan plan = plan("never", "none");
        ChurnServer server = Targets.start(plan);
        try {
            int fd = client.connect(plan.listen().getFirst());
            client.sendFin(fd);
            int slow = client.connect(plan.listen().getFirst());
            Targets.await(server, books -> books.accepted() == 2);
            Targets.pause(20);
            client.sendFin(slow);
            Targets.pause(50);
            booksBecome(server, new ServerBooks(2, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0));
            server.close();
            assertThat(client.receiveOnce(fd)).isZero();
            assertThat(client.receiveOnce(slow)).isZero();
            assertThat(server.books().open()).isEqualTo(2);
            client.close(fd);
            client.close(slow);
        } finally {
            server.close();
        }
    }

    @Test
    void closesFirstWithAFin() {
        ServerPlan plan = plan("first", "none");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            booksBecome(server, books(1, 0, 1, 0, 0, 0));
        }
    }

    @Test
    void closesFirstWithAnRst() {
        ServerPlan plan = plan("rst", "none");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            assertThat(client.receiveOnce(fd)).isEqualTo(-Errno.ECONNRESET);
            client.close(fd);
            booksBecome(server, books(1, 0, 1, 0, 0, 0));
        }
    }

    @Test
    void servesSeveralEndpointsOfBothFamiliesOnSeveralAcceptors() {
        int port = Targets.freeEndpoint(Targets.LOOPBACK).port();
        List<Endpoint> endpoints = new ArrayList<>();
        for (String address : List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "::1")) {
            endpoints.add(new Endpoint(InetAddress.ofLiteral(address), port));
        }
        try (ChurnServer server = Targets.start(plan(endpoints, "after-client", "request:8:8", 3))) {
            for (int i = 0; i < 200; i++) {
                int fd = client.connect(endpoints.get(i % endpoints.size()));
                client.send(fd, 8);
                assertThat(client.receive(fd, 8)).isEqualTo(8);
                client.sendFin(fd);
                assertThat(client.receiveOnce(fd)).isZero();
                client.close(fd);
            }
            booksBecome(server, books(200, 200, 0, 0, 0, 0));
            assertThat(server.loopCpuNs()).hasSize(3);
        }
    }

    @Test
    void keepsExactBooksOverThousandsOfConnections() {
        ServerPlan plan = plan(List.of(Targets.freeEndpoint(Targets.LOOPBACK)), "after-client", "none", 2);
        try (ChurnServer server = Targets.start(plan)) {
            for (int batch = 0; batch < 100; batch++) {
                int[] open = new int[20];
                for (int i = 0; i < open.length; i++) {
                    open[i] = client.connect(plan.listen().getFirst());
                }
                for (int i = 0; i < open.length; i++) {
                    if (i % 2 == 0) {
                        client.sendFin(open[i]);
                        assertThat(client.receiveOnce(open[i])).isZero();
                        client.close(open[i]);
                    } else {
                        client.reset(open[i]);
                    }
                }
            }
            booksBecome(server, books(2000, 1000, 0, 1000, 0, 0));
            assertThat(LongStream.of(server.loopCpuNs()).sum()).isPositive();
        }
    }

    @Test
    void remembersWhenAConnectionWasAccepted() {
        int port = Targets.freeEndpoint(Targets.LOOPBACK).port();
        Endpoint first = new Endpoint(Targets.LOOPBACK, port);
        Endpoint second = new Endpoint(InetAddress.ofLiteral("127.0.0.2"), port);
        try (ChurnServer server = Targets.start(plan(List.of(first, second), "after-client", "none", 2))) {
            int loopback = 0x7f000001;
            long beforeNs = clockNs();
            int fd = client.connect(second);
            int clientPort = client.localPort(fd);
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            // The kernel chooses the source address of a connection to 127.0.0.2: 127.0.0.1.
            long acceptedNs = server.acceptedNs(loopback, clientPort, second, beforeNs);
            if (engine == Engine.IO_URING) {
                // Multishot accept does not say who the client is.
                assertThat(acceptedNs).isEqualTo(ChurnServer.NOT_KNOWN);
                return;
            }
            assertThat(acceptedNs).isBetween(beforeNs, clockNs());
            assertThat(server.acceptedNs(loopback, clientPort, first, beforeNs)).isEqualTo(ChurnServer.NOT_ACCEPTED_YET);
            assertThat(server.acceptedNs(loopback, clientPort - 1, second, beforeNs)).isEqualTo(ChurnServer.NOT_ACCEPTED_YET);
            assertThat(server.acceptedNs(loopback, clientPort, second, clockNs())).isEqualTo(ChurnServer.NOT_ACCEPTED_YET);
            client.close(fd);
        }
    }

    private static long clockNs() {
        return new SystemClock().nanoTime();
    }
}
