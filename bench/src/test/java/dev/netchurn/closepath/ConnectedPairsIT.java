package dev.netchurn.closepath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.netchurn.linux.Syscalls;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a batch of the benchmark leaves the kernel as it found it, and whether it would notice if it did not. */
@Timeout(30)
class ConnectedPairsIT {

    private final Syscalls calls = new Syscalls();
    private final ConnectedPairs pairs = new ConnectedPairs(calls, 3);

    @AfterEach
    void close() {
        pairs.close();
        calls.close();
    }

    @Test
    void countsBothEndsOfOpenPairsAsLeftovers() throws Exception {
        pairs.open(false);

        assertThat(pairs.leftovers().now(false)).hasSize(6);

        pairs.closeRest();
        assertThat(pairs.leftovers().now(false)).isEmpty();
    }

    @Test
    void leavesNoTimeWaitBehindAGracefulCloseOfTheNearEnds() throws Exception {
        pairs.open(false);
        closeNear();

        assertThat(pairs.leftovers().now(false)).as("FIN_WAIT2 and CLOSE_WAIT").hasSize(6);

        pairs.closeRest();
        assertThat(pairs.leftovers().now(false)).isEmpty();
    }

    @Test
    void abortsBothEndsAtOnceWithReset() throws Exception {
        pairs.open(true);
        closeNear();

        assertThat(pairs.leftovers().now(false)).as("a socket that received an RST is CLOSE and unhashed").isEmpty();
    }

    @Test
    void blamesNobodyForTheTimeWaitOfAnEarlierOwnerOfThePort() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            leaveTimeWait(listener);
            Leftovers leftovers = new Leftovers(listener.getLocalPort());
            assertThat(leftovers.now(false)).isEmpty();

            leaveTimeWait(listener);
            assertThat(leftovers.now(false)).as("its own counts").hasSize(1);
            assertThat(leftovers.now(true)).isEmpty();
        }
    }

    private static void leaveTimeWait(ServerSocket listener) throws Exception {
        try (Socket near = new Socket(listener.getInetAddress(), listener.getLocalPort()); Socket far = listener.accept()) {
            near.shutdownOutput();
            assertThat(far.getInputStream().read()).isEqualTo(-1);
        }
    }

    private void closeNear() {
        for (int fd : pairs.near()) {
            calls.close(fd);
        }
        pairs.nearAreClosed();
    }
}
