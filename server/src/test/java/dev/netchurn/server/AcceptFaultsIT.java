package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.clock.SystemClock;
import dev.netchurn.linux.DescriptorLimit;
import dev.netchurn.linux.ListenerFault;
import dev.netchurn.linux.SocketAddress;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.linux.ThisProcess;
import dev.netchurn.transport.Endpoint;
import dev.netchurn.transport.Engine;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AcceptFaultsIT {

    private static final int CLIENTS = 20;

    @Test
    void pausesWhileDescriptorsAreShortAndThenAcceptsWhoWaited() {
        Endpoint endpoint = Targets.freeEndpoint(Targets.LOOPBACK);
        try (TestClient client = new TestClient();
                ChurnServer server = Targets.start(Targets.plan(List.of(endpoint), "after-client", "none", 1));
                Arena arena = Arena.ofConfined()) {
            // One connection before, so that no class has to be loaded while files cannot be opened.
            client.reset(client.connect(endpoint));
            Targets.await(server, books -> books.accepted() == 1 && books.acceptPauses() == 0);
            SocketAddress address = new SocketAddress(arena, endpoint.address(), endpoint.port());
            Syscalls syscalls = client.syscalls();
            int[] waiting = new int[CLIENTS];
            for (int i = 0; i < CLIENTS; i++) {
                waiting[i] = syscalls.tcpSocket(Syscalls.AF_INET, false);
            }
            DescriptorLimit usual = ThisProcess.descriptorLimit();
            int lowestFree = syscalls.tcpSocket(Syscalls.AF_INET, false);
            client.close(lowestFree);
            ThisProcess.setDescriptorLimit(new DescriptorLimit(lowestFree, usual.hard()));
            ServerBooks during;
            try {
                for (int fd : waiting) {
                    syscalls.connect(fd, address);
                }
                Targets.await(server, books -> books.acceptPauses() >= 2);
                Targets.pause(200);
                during = server.books();
            } finally {
                ThisProcess.setDescriptorLimit(usual);
            }
            // 10, 20, 40, 80, 100 ms …: neither a spin nor a second of silence.
            assertThat(during.acceptPauses()).isBetween(3L, 8L);
            assertThat(during.accepted()).isLessThan(1 + CLIENTS);
            assertThat(Targets.await(server, books -> books.accepted() == 1 + CLIENTS).accepted()).isEqualTo(1 + CLIENTS);
            for (int fd : waiting) {
                client.close(fd);
            }
            ServerBooks after = Targets.await(server, books -> books.open() == 0);
            assertThat(after.closedAfterClient()).isEqualTo(CLIENTS);
            assertThat(after.acceptErrors() + after.loopErrors()).isZero();
        }
    }

    @Test
    void countsAListenerThatFailsAndServesOnWithTheOthers() {
        Endpoint broken = Targets.freeEndpoint(Targets.LOOPBACK);
        Endpoint well = new Endpoint(InetAddress.ofLiteral("127.0.0.2"), broken.port());
        int[][] listening = ListeningSockets.open(List.of(broken, well), 1, 16, false);
        Conduct conduct = Conduct.of(new ServerClose.AfterClient(), new Exchange.None());
        try (TestClient client = new TestClient();
                ChurnServer server =
                        ChurnServer.start(Engine.EPOLL, List.of(broken, well), listening, conduct, new SystemClock())) {
            ListenerFault.stopListening(listening[0][0]);
            assertThat(Targets.await(server, books -> books.acceptErrors() == 1).acceptErrors()).isOne();
            int fd = client.connect(well);
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            assertThat(server.books().acceptErrors()).isOne();
            assertThat(server.books().closedAfterClient()).isOne();
        }
    }

    @Test
    void countsAFaultOfOurOwnAndGoesOn() {
        SystemClock clock = new SystemClock();
        AtomicInteger faults = new AtomicInteger();
        ServerPlan plan = Targets.plan("after-client", "none");
        try (TestClient client = new TestClient(); ChurnServer server = ChurnServer.start(plan, () -> {
            if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("a clock that fails");
            }
            return clock.nanoTime();
        })) {
            faults.set(2);
            int lost = client.connect(plan.listen().getFirst());
            client.close(lost);
            assertThat(Targets.await(server, books -> books.loopErrors() == 2).loopErrors()).isEqualTo(2);
            int fd = client.connect(plan.listen().getFirst());
            client.sendFin(fd);
            assertThat(client.receiveOnce(fd)).isZero();
            client.close(fd);
            assertThat(Targets.await(server, books -> books.open() == 0).open()).isZero();
        }
    }
}
