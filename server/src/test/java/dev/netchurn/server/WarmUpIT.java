package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.kernel.ProcNet;
import dev.netchurn.privatenet.InPrivateNamespace;
import dev.netchurn.transport.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In a namespace of its own, so that every socket in it is the warm-up's. */
@InPrivateNamespace
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WarmUpIT {

    // In a child JVM a class with parameters would run once more for each of them.
    private final Engine engine = Engine.EPOLL;

    private ServerPlan plan(String close, String exchange) {
        return Targets.on(engine, Targets.plan(close, exchange));
    }

    private static final int CONNECTIONS = 1_000;

    @Test
    void leavesNoSocketWhenTheClientClosesFirst() throws IOException {
        leavesNothing("after-client", "none");
        leavesNothing("after-client", "request:64:128KiB");
        leavesNothing("delay:5s", "none");
        leavesNothing("delay:5s", "request:64:64");
    }

    @Test
    void leavesNoSocketWhenTheServerClosesFirst() throws IOException {
        leavesNothing("first", "none");
        leavesNothing("first", "request:64:64");
        leavesNothing("rst", "none");
    }

    @Test
    void leavesNoSocketOfUnusualCloses() throws IOException {
        leavesNothing("rst-after-client", "none");
        leavesNothing("half-close:1MiB", "none");
        leavesNothing("half-close:1", "request:64:64");
        leavesNothing("leak:0.5", "none");
        leavesNothing("after-client", "literal:PING:PONG");
        leavesNothing("after-client", "literal::banner");
    }

    @Test
    void isLeftOutWhereNothingIsAccepted() {
        assertThat(ChurnServer.warmUp(plan("no-accept", "none"), new SystemClock(), CONNECTIONS, Duration.ofSeconds(5)))
                .isZero();
    }

    @Test
    void leavesNoSocketOfATargetThatNeverCloses() throws IOException {
        leavesNothing("never", "none");
        leavesNothing("never", "request:64:64");
    }

    private void leavesNothing(String close, String exchange) throws IOException {
        ServerPlan plan = plan(close, exchange);
        ChurnServer.warmUp(plan, new SystemClock(), 1, Duration.ofSeconds(5));
        long descriptorsBefore = descriptors();
        int made = ChurnServer.warmUp(plan, new SystemClock(), CONNECTIONS, Duration.ofSeconds(5));
        assertThat(made).isGreaterThanOrEqualTo(CONNECTIONS);
        try (ProcNet procNet = new ProcNet()) {
            assertThat(procNet.sockStat().inUse()).as("sockets after " + close + ", " + exchange).isZero();
            assertThat(procNet.sockStat().timeWait()).as("TIME_WAIT after " + close + ", " + exchange).isZero();
        }
        assertThat(descriptors()).isLessThanOrEqualTo(descriptorsBefore);
        try (ChurnServer server = Targets.start(plan)) {
            assertThat(server.books()).isEqualTo(ServerBooks.EMPTY);
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }
}
