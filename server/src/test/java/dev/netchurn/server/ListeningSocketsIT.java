package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.netchurn.linux.Errno;
import dev.netchurn.linux.Syscalls;
import dev.netchurn.transport.Endpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ListeningSocketsIT {

    @Test
    void saysWhichEndpointIsTakenAndLeavesNothingOpen() {
        Endpoint free = Targets.freeEndpoint(Targets.LOOPBACK);
        Endpoint taken = Targets.freeEndpoint(InetAddress.ofLiteral("127.0.0.2"));
        try (ChurnServer first = Targets.start(Targets.plan(List.of(taken), "first", "none", 1))) {
            assertThatThrownBy(() -> Targets.start(Targets.plan(List.of(free, taken), "first", "none", 2)))
                    .isInstanceOfSatisfying(ListenException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE))
                    .hasMessage("cannot listen on " + taken.text() + ": EADDRINUSE, another socket has this port");
            assertThat(first.books()).isEqualTo(ServerBooks.EMPTY);
        }
        Targets.start(Targets.plan(List.of(free, taken), "first", "none", 2)).close();
    }

    @Test
    void saysThatAnAddressIsNotHere() {
        Endpoint elsewhere = Endpoint.parse("192.0.2.1:8080");
        assertThatThrownBy(() -> Targets.start(Targets.plan(List.of(elsewhere), "first", "none", 1)))
                .hasMessage("cannot listen on 192.0.2.1:8080: EADDRNOTAVAIL, this address is not on this machine");
    }

    @Test
    void listensAgainWhileOldConnectionsAreInTimeWait() {
        ServerPlan plan = Targets.plan("first", "none");
        try (TestClient client = new TestClient()) {
            for (int i = 0; i < 2; i++) {
                try (ChurnServer _ = Targets.start(plan)) {
                    int fd = client.connect(plan.listen().getFirst());
                    assertThat(client.receiveOnce(fd)).isZero();
                    client.close(fd);
                }
            }
        }
    }

    @Test
    void resetsWhatWaitsToBeAcceptedWhenAListenerCloses() {
        Endpoint endpoint = Targets.freeEndpoint(Targets.LOOPBACK);
        int[][] listening = ListeningSockets.open(List.of(endpoint), 1, 16, false);
        try (TestClient client = new TestClient(); Syscalls syscalls = new Syscalls()) {
            int fd = client.connect(endpoint);
            syscalls.close(listening[0][0]);
            assertThat(client.receiveOnce(fd)).isEqualTo(-Errno.ECONNRESET);
            client.close(fd);
        }
    }
}
