package dev.netchurn.loadgen.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EagerChoiceTest {

    private final EagerChoice auto = choice(ConnectionPlan.Eager.AUTO);

    @Test
    void staysOnWhenTheWarmUpHit99Percent() {
        tries(990, 10);
        auto.freeze();

        assertThat(auto.isOn()).isTrue();
    }

    @Test
    void goesOffWhenTheWarmUpMissedMore() {
        tries(989, 11);
        auto.freeze();

        assertThat(auto.isOn()).isFalse();
    }

    @Test
    void goesOffEarlyWhereHandshakesTakeTime() {
        tries(0, 10);
        assertThat(auto.isOn()).isTrue();
        tries(0, 1);
        assertThat(auto.isOn()).isFalse();
    }

    @Test
    void givesUpWithoutAWarmUpWhenMoreThanTenOfTheFirstHundredMiss() {
        auto.freeze();
        tries(50, 11);

        assertThat(auto.isOn()).isFalse();
    }

    @Test
    void keepsToItsDecisionFromThenOn() {
        tries(1000, 0);
        auto.freeze();
        tries(0, 1000);

        assertThat(auto.isOn()).isTrue();
    }

    @Test
    void withoutATrialOnlyTheWarmUpDecides() {
        EagerChoice reads = new EagerChoice(ConnectionPlan.Eager.AUTO, 0.5, Long.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            reads.miss();
        }
        assertThat(reads.isOn()).isTrue();
        reads.freeze();

        assertThat(reads.isOn()).isFalse();
    }

    @Test
    void doesWhatItIsTold() {
        EagerChoice on = choice(ConnectionPlan.Eager.ON);
        for (int i = 0; i < 100; i++) {
            on.miss();
        }
        on.freeze();

        assertThat(on.isOn()).isTrue();
        assertThat(choice(ConnectionPlan.Eager.OFF).isOn()).isFalse();
    }

    private static EagerChoice choice(ConnectionPlan.Eager eager) {
        return new EagerChoice(eager, EagerConnect.NEEDED_SHARE, EagerConnect.MOST_TRIAL_MISSES);
    }

    private void tries(int hits, int misses) {
        for (int i = 0; i < hits; i++) {
            auto.hit();
        }
        for (int i = 0; i < misses; i++) {
            auto.miss();
        }
    }
}
