package dev.netchurn.loadgen.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff();

    @Test
    void doublesUpTo100MsAndBeginsAgainAfterASuccess() {
        for (long expectedMs : new long[] {1, 2, 4, 8, 16, 32, 64, 100, 100}) {
            backoff.shortage(5);
            assertThat(backoff.remainingNs(5)).isEqualTo(expectedMs * 1_000_000);
        }
        backoff.success();
        assertThat(backoff.remainingNs(5)).as("a wait is not cut short").isEqualTo(Backoff.LONGEST_NS);
        backoff.shortage(7);
        assertThat(backoff.remainingNs(7)).isEqualTo(Backoff.FIRST_NS);
    }
}
