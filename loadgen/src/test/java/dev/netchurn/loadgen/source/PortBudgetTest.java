package dev.netchurn.loadgen.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.netchurn.loadgen.source.PortBudget.Reuse;
import dev.netchurn.loadgen.source.SourcePlan.Bind;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortBudgetTest {

    private static final long SECOND_NS = 1_000_000_000L;
    private static final Reuse NO_REUSE = Reuse.of(0, true, true, SECOND_NS);

    @Test
    void defaultRangeSustains470ClosesPerSecondWithoutReuse() {
        PortBudget budget = budget(28_232, 1, 1, Bind.NONE, NO_REUSE, 1_000_000);

        assertThat(budget.fourTuples()).isEqualTo(28_232);
        assertThat(budget.sustainablePerSecond()).isCloseTo(470.5, within(0.1));
        assertThat(budget.secondsUntilExhaustion(470)).isEqualTo(PortBudget.NEVER);
        assertThat(budget.secondsUntilExhaustion(10_000)).isCloseTo(2.82, within(0.01));
    }

    @Test
    void reuseOnLoopbackSustainsARangePerReuseDelay() {
        PortBudget budget = budget(28_232, 1, 1, Bind.NONE, Reuse.of(2, true, true, SECOND_NS), 1_000_000);

        assertThat(budget.sustainablePerSecond()).isEqualTo(28_232);
        assertThat(budget.quickPerSecond()).isEqualTo(14_116);
        assertThat(budget.secondsUntilSlow(20_000)).isCloseTo(0.7, within(0.01));
        assertThat(budget.secondsUntilExhaustion(20_000)).isEqualTo(PortBudget.NEVER);
    }

    @Test
    void reuseNeedsTheRightSettingAPathAndTimestamps() {
        assertThat(Reuse.of(0, true, true, 1).allowed()).isFalse();
        assertThat(Reuse.of(1, false, true, 1).allowed()).isTrue();
        assertThat(Reuse.of(1, false, false, 1).allowed()).isFalse();
        assertThat(Reuse.of(2, false, true, 1).allowed()).isFalse();
        assertThat(Reuse.of(2, true, true, 1).allowed()).isTrue();
        assertThat(Reuse.of(2, true, false, 1).allowed()).isFalse();
    }

    @Test
    void targetsAndSourcesMultiplyExceptWithAnEarlyBind() {
        assertThat(budget(10, 2, 3, Bind.LATE, NO_REUSE, 1000).fourTuples()).isEqualTo(60);
        assertThat(budget(10, 2, 3, Bind.EARLY, NO_REUSE, 1000).fourTuples()).isEqualTo(20);
        PortBudget early = budget(10, 1, 1, Bind.EARLY, Reuse.of(1, true, true, SECOND_NS), 1000);
        assertThat(early.outOfUseNs()).isEqualTo(PortBudget.TIME_WAIT_NS);
    }

    @Test
    void portsOfOneParityAreQuickToFindUnlessTheSocketHasItsOwnRange() {
        assertThat(budget(11, 1, 1, Bind.NONE, NO_REUSE, 1000).quickFourTuples()).isEqualTo(6);
        PortBudget ownRange = new PortBudget(11, false, 1, 1, Bind.NONE, NO_REUSE, PortBudget.TIME_WAIT_NS, 1000);
        assertThat(ownRange.quickFourTuples()).isEqualTo(11);
    }

    @Test
    void noPortRunsOutWhereTimeWaitIsCutShortBefore() {
        PortBudget budget = budget(28_232, 1, 1, Bind.NONE, NO_REUSE, 20_000);

        assertThat(budget.secondsUntilExhaustion(10_000)).isEqualTo(PortBudget.NEVER);
        assertThat(budget.secondsUntilOverflow(10_000)).isEqualTo(2);
        assertThat(budget.inTimeWait(600_000, 10_000)).isEqualTo(20_000);
    }

    @Test
    void withoutTimeWaitNothingRunsOut() {
        PortBudget budget = budget(10, 1, 1, Bind.NONE, NO_REUSE, 0);

        assertThat(budget.sustainablePerSecond()).isInfinite();
        assertThat(budget.secondsUntilExhaustion(1e6)).isEqualTo(PortBudget.NEVER);
        assertThat(budget.inTimeWait(1e6, 1e6)).isZero();
    }

    @Test
    void withoutReuseEveryCloseTakesAnotherFourTuple() {
        PortBudget budget = budget(28_232, 1, 2, Bind.NONE, NO_REUSE, 1_000_000);

        assertThat(budget.inTimeWait(20_000, 1_000)).isEqualTo(20_000);
        assertThat(budget.inTimeWait(200_000, 10_000)).isEqualTo(2 * 28_232);
    }

    /** As connect() goes round its ports: take one, leave out 0 to 7 at random, take the next. */
    @ParameterizedTest
    @ValueSource(ints = {500, 3_000, 9_000, 20_000, 60_000})
    void withReuseConnectComesBackToSomePortsBeforeItHasHadAll(int connections) {
        PortBudget reusing = budget(10_000, 1, 1, Bind.NONE, Reuse.of(2, true, true, SECOND_NS), 1_000_000);
        SplittableRandom random = new SplittableRandom(20_261_125);
        BitSet taken = new BitSet();
        int offset = 0;
        for (int i = 0; i < connections; i++) {
            taken.set(offset % 5_000);
            offset += 1 + random.nextInt(8);
        }

        assertThat(reusing.inTimeWait(connections, 3_000)).isCloseTo(taken.cardinality(), withinPercentage(2));
        assertThat(reusing.inTimeWaitAtServer(connections, 1_000_000)).isEqualTo(reusing.inTimeWait(connections, 3_000));
    }

    @Test
    void equalsBruteForce() {
        long seed = 20_261_120;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            PortBudget budget = new PortBudget(
                    1 + random.nextInt(50), random.nextBoolean(), 1 + random.nextInt(3), 1 + random.nextInt(4),
                    Bind.values()[random.nextInt(3)], new Reuse(random.nextBoolean(), 1 + random.nextInt(20)),
                    20 + random.nextInt(60), random.nextInt(400));
            int closesPerTick = 1 + random.nextInt(12);
            assertEqualsSimulation(budget, closesPerTick, "seed " + seed + " round " + round + " " + budget);
        }
    }

    /** One tick is one nanosecond; every tick so many connections are made and closed at once. */
    private static void assertEqualsSimulation(PortBudget budget, int closesPerTick, String description) {
        double perSecond = closesPerTick * 1e9;
        long ticks = 3 * budget.timeWaitNs();
        ArrayDeque<Long> heldUntil = new ArrayDeque<>();
        long exhaustedAt = -1;
        for (long tick = 0; tick < ticks && exhaustedAt < 0; tick++) {
            while (!heldUntil.isEmpty() && heldUntil.peek() <= tick) {
                heldUntil.poll();
            }
            for (int i = 0; i < closesPerTick && exhaustedAt < 0; i++) {
                if (heldUntil.size() == budget.fourTuples()) {
                    exhaustedAt = tick;
                } else if (heldUntil.size() < budget.maxTimeWait()) {
                    heldUntil.add(tick + budget.outOfUseNs());
                }
            }
        }
        double expectedTicks = budget.secondsUntilExhaustion(perSecond) * 1e9;
        if (exhaustedAt < 0) {
            assertThat(expectedTicks).as(description).isEqualTo(PortBudget.NEVER);
        } else {
            assertThat((double) exhaustedAt).as(description).isCloseTo(expectedTicks, within(1.0));
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> budget(-1, 1, 1, Bind.NONE, NO_REUSE, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> budget(1, 0, 1, Bind.NONE, NO_REUSE, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> budget(1, 1, 0, Bind.NONE, NO_REUSE, 1));
    }

    private static PortBudget budget(int ports, int sources, int targets, Bind bind, Reuse reuse, long maxTimeWait) {
        return new PortBudget(ports, true, sources, targets, bind, reuse, PortBudget.TIME_WAIT_NS, maxTimeWait);
    }
}
