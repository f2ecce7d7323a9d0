package dev.netchurn.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceptBudgetTest {

    private final AcceptBudget budget = new AcceptBudget();

    @Test
    void growsWhileTheQueueIsNeverEmptyUpToABound() {
        int accepted = 0;
        for (int event = 0; event < 40; event++) {
            accepted += budget.budget();
            budget.usedUp();
        }
        assertThat(budget.budget()).isEqualTo(256);
        assertThat(accepted).isGreaterThan(2_000);
    }

    @Test
    void asksSeldomForMoreWhenConnectionsComeOneByOne() {
        int calls = 0;
        int connections = 1000;
        for (int i = 0; i < connections; i++) {
            if (budget.budget() == 1) {
                calls++;
                budget.usedUp();
            } else {
                calls += 2;
                budget.emptiedAfter(1);
            }
        }
        assertThat(calls).isLessThanOrEqualTo(connections * 5 / 4);
    }

    @Test
    void fallsBackToWhatWasThere() {
        for (int event = 0; event < 40; event++) {
            budget.usedUp();
        }
        budget.emptiedAfter(3);
        assertThat(budget.budget()).isEqualTo(3);
        budget.emptiedAfter(0);
        assertThat(budget.budget()).isOne();
    }
}
