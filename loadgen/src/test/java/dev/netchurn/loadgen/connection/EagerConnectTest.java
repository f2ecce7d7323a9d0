package dev.netchurn.loadgen.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EagerConnectTest {

    private final EagerConnect auto = new EagerConnect(ConnectionPlan.Eager.AUTO);

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
    void doesWhatItIsTold() {
        EagerConnect on = new EagerConnect(ConnectionPlan.Eager.ON);
        for (int i = 0; i < 100; i++) {
            on.miss();
        }
        on.freeze();

        assertThat(on.isOn()).isTrue();
        assertThat(new EagerConnect(ConnectionPlan.Eager.OFF).isOn()).isFalse();
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
