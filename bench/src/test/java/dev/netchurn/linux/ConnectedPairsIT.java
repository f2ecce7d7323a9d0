package dev.netchurn.linux;

import static org.assertj.core.api.Assertions.assertThat;

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

        assertThat(pairs.leftovers()).isEqualTo(6);

        pairs.closeRest();
        assertThat(pairs.leftovers()).isZero();
    }

    @Test
    void leavesNoTimeWaitBehindAGracefulCloseOfTheNearEnds() throws Exception {
        pairs.open(false);
        for (int fd : pairs.near()) {
            calls.close(fd);
        }
        pairs.nearAreClosed();

        assertThat(pairs.leftovers()).as("FIN_WAIT2 and CLOSE_WAIT").isEqualTo(6);

        pairs.closeRest();
        assertThat(pairs.leftovers()).isZero();
    }

    @Test
    void abortsBothEndsAtOnceWithReset() throws Exception {
        pairs.open(true);
        for (int fd : pairs.near()) {
            calls.close(fd);
        }
        pairs.nearAreClosed();

        assertThat(pairs.leftovers()).as("a socket that received an RST is CLOSE and unhashed").isZero();

        pairs.closeRest();
    }
}
