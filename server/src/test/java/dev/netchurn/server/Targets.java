package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Targets on loopback for tests. */
final class Targets {

    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private Targets() {
    }

    /** An endpoint whose port nobody uses at this moment. */
    static Endpoint freeEndpoint(InetAddress address) {
        try (ServerSocket probe = new ServerSocket(0, 1, address)) {
            return new Endpoint(address, probe.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ServerPlan plan(String close, String exchange) {
        return plan(List.of(freeEndpoint(LOOPBACK)), close, exchange, 1);
    }

    static ServerPlan plan(List<Endpoint> endpoints, String close, String exchange, int acceptors) {
        return new ServerPlan(Engine.EPOLL, endpoints, ServerClose.parse(close), Exchange.parse(exchange), 1024, acceptors);
    }

    static ServerPlan on(Engine engine, ServerPlan plan) {
        return new ServerPlan(engine, plan.listen(), plan.close(), plan.exchange(), plan.backlog(), plan.acceptors());
    }

    static ChurnServer start(ServerPlan plan) {
        return ChurnServer.start(plan, new SystemClock());
    }

    /** Waits until the books say so, at most 5 seconds; returns them in any case. */
    static ServerBooks await(ChurnServer server, Predicate<ServerBooks> expected) {
        SystemClock clock = new SystemClock();
        long deadlineNs = clock.nanoTime() + Duration.ofSeconds(5).toNanos();
        ServerBooks books = server.books();
        while (!expected.test(books) && clock.nanoTime() - deadlineNs < 0) {
            pause(1);
            books = server.books();
        }
        return books;
    }

    /** A client may see the end of its connection before the acceptor has booked it. */
    static void booksBecome(ChurnServer server, ServerBooks expected) {
        assertThat(await(server, expected::equals)).isEqualTo(expected);
    }

    static ServerBooks books(
            long accepted, long closedAfterClient, long closedFirst, long resetByClient, long open, long exchangeFailed) {
        return new ServerBooks(accepted, closedAfterClient, closedFirst, resetByClient, open, 0, exchangeFailed, 0, 0, 0, 0, 0);
    }

    static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
