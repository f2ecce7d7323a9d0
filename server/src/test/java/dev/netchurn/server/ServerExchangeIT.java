package dev.netchurn.server;

import static dev.netchurn.server.Targets.books;
import static dev.netchurn.server.Targets.booksBecome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.Errno;
import dev.netchurn.transport.Engine;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes between the accept and the close: those that were agreed upon, too few of them, others, too many. */
@ParameterizedClass
@EnumSource(Engine.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ServerExchangeIT {

    @Parameter
    private Engine engine;

    private ServerPlan plan(String close, String exchange) {
        return Targets.on(engine, Targets.plan(close, exchange));
    }

    private final TestClient client = new TestClient();

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Test
    void countsBytesThatNobodyAgreedUpon() {
        ServerPlan plan = plan("after-client", "none");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, 3_000_000);
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            ServerBooks books = Targets.await(server, seen -> seen.closedAfterClient() == 1);
            assertThat(books.closedAfterClient()).isOne();
            assertThat(books.unreadBytes()).isEqualTo(3_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"after-client", "delay:5ms", "first", "never"})
    void answersARequestOfSeveralPieces(String policy) {
        ServerPlan plan = plan(policy, "request:1000:5000");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, 400);
            Targets.pause(10);
            client.send(fd, 600);
            assertThat(client.receive(fd, 5000)).isEqualTo(5000);
            client.sendFin(fd);
            if (!policy.equals("never")) {
                assertThat(client.receiveOnce(fd)).isZero();
                assertThat(Targets.await(server, books -> books.open() == 0).open()).isZero();
            }
            client.close(fd);
            assertThat(server.books().exchangeFailed()).isZero();
            assertThat(server.books().unreadBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"after-client", "first"})
    void sendsAnAnswerThatIsLargerThanTheSocketBuffers(String policy) {
        ServerPlan plan = plan(policy, "request:1:64MiB");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, 1);
            Targets.pause(50);
            assertThat(client.receive(fd, 64 << 20)).isEqualTo(64 << 20);
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            assertThat(server.books().exchangeFailed()).isZero();
        }
    }

    @Test
    void abortsAfterTheAnswerWhenAskedTo() {
        ServerPlan plan = plan("rst", "request:10:10");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, 10);
            // The RST may overtake the reading of the answer, which then is lost: that is what an abort means.
            long answer = client.receiveOnce(fd);
            assertThat(answer).isIn(10L, (long) -Errno.ECONNRESET);
            if (answer == 10) {
                // Waits for the RST: a client that closes as soon as it has its answer may be the first to close.
                assertThat(client.receiveOnce(fd)).isEqualTo(-Errno.ECONNRESET);
            }
            client.close(fd);
            booksBecome(server, books(1, 0, 1, 0, 0, 0));
        }
    }

    @Test
    void answersTheRequestThatItExpects() {
        ServerPlan plan = plan("after-client", "literal:PING\\r\\n:+PONG\\r\\n");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, "PIN");
            Targets.pause(10);
            client.send(fd, "G\r\n");
            assertThat(client.receiveText(fd, 7)).isEqualTo("+PONG\r\n");
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            booksBecome(server, books(1, 1, 0, 0, 0, 0));
        }
    }

    @Test
    void closesAtOnceOnWhoSendsAnotherRequest() {
        ServerPlan plan = plan("after-client", "literal:PING\\r\\n:+PONG\\r\\n");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, "PINT");
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            booksBecome(server, books(1, 0, 1, 0, 0, 1));
        }
    }

    @Test
    void speaksFirstWhenNothingIsToBeSent() {
        ServerPlan plan = plan("after-client", "literal::220 ready\\r\\n");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            assertThat(client.receiveText(fd, 11)).isEqualTo("220 ready\r\n");
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            booksBecome(server, books(1, 1, 0, 0, 0, 0));
        }
    }

    @Test
    void staysSilentWhenNothingIsExpected() {
        ServerPlan plan = plan("first", "literal:bye:");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, "bye");
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            booksBecome(server, books(1, 0, 1, 0, 0, 0));
        }
    }

    @Test
    void booksAnExchangeThatTheClientCutsShort() {
        ServerPlan plan = plan("after-client", "request:100:100");
        try (ChurnServer server = Targets.start(plan)) {
            int fin = client.connect(plan.listen().getFirst());
            client.send(fin, 99);
            client.sendFin(fin);
            assertThat(client.receiveOnce(fin)).isZero();
            client.close(fin);
            booksBecome(server, books(1, 1, 0, 0, 0, 1));
            int reset = client.connect(plan.listen().getFirst());
            client.send(reset, 99);
            Targets.await(server, books -> books.accepted() == 2);
            Targets.pause(20);
            client.reset(reset);
            booksBecome(server, books(2, 1, 0, 1, 0, 2));
        }
    }

    @Test
    void booksAResetInTheMiddleOfTheAnswer() {
        ServerPlan plan = plan("after-client", "request:1:64MiB");
        try (ChurnServer server = Targets.start(plan)) {
            int fd = client.connect(plan.listen().getFirst());
            client.send(fd, 1);
            client.receive(fd, 1000);
            Targets.pause(20);
            client.reset(fd);
            booksBecome(server, books(1, 0, 0, 1, 0, 1));
        }
    }
}
